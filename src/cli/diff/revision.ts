import { kinds } from '../../cluster/kinds.ts'
import { describeProblem } from '../../config/problem.ts'
import { readSettings, type Settings, settingFields } from '../../config/settings.ts'
import { revisionOf, type Webhook, type WebhookConfiguration } from '../../istio/revisions/configuration.ts'
import { defaultNamespace, defaultRevision } from '../../istio/revisions/names.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString, own } from '../../lang/json.ts'
import { formatPath } from '../../lang/text/path.ts'
import type { ObjectSource } from '../cluster/source.ts'
import { CliError } from '../exit.ts'

/** The settings of a revision's injector, as found in the cluster. */
export interface RevisionSettings {
  readonly settings: Settings
  /** Where they were found, for messages. */
  readonly from: string
}

/**
 * The settings of the injector that a webhook calls. Outrigger's chart has them in the arguments of the Deployment; any
 * other injector is read as an istiod, with its ConfigMaps and the environment of its Deployment. Rejects with a CliError.
 */
export async function settingsOfRevision(
  configuration: WebhookConfiguration,
  webhook: Webhook,
  source: ObjectSource,
): Promise<RevisionSettings> {
  const { service } = webhook.clientConfig
  const revision = revisionOf(configuration) ?? ''
  const namespace = service?.namespace || defaultNamespace
  // In both charts the Deployment and its Service have the same name.
  const deployment = service && (await source.get(kinds.deployment, service.name, namespace))
  const own = { revision: revision === defaultRevision ? '' : revision }
  const from = deployment === undefined ? '' : `Deployment ${namespace}/${service?.name}`
  const args = argumentsOf(deployment)
  if (args !== undefined) return { settings: { ...own, ...readArguments(args, namespace, from) }, from }
  return {
    settings: { ...own, fromCluster: true, istioNamespace: namespace },
    from: `the ConfigMaps of Istio in ${namespace}`,
  }
}

function containersOf(deployment: JsonObject | undefined): readonly JsonObject[] {
  const containers = lookup(deployment, 'spec', 'template', 'spec', 'containers')
  return Array.isArray(containers) ? containers.filter(isObject) : []
}

/** The arguments of `outrigger serve`; undefined for any other program. */
function argumentsOf(deployment: JsonObject | undefined): readonly string[] | undefined {
  if (lookupString(deployment, 'metadata', 'labels', 'app.kubernetes.io/name') !== 'outrigger') return undefined
  const lists = containersOf(deployment).map((container) => [own(container, 'command'), own(container, 'args')].flat())
  const found = lists
    .map((list) => list.filter((item) => typeof item === 'string'))
    .find((list) => list.includes('serve'))
  return found?.slice(found.indexOf('serve') + 1)
}

/** The settings among the arguments; the others are about serving. */
function readArguments(args: readonly string[], namespace: string, from: string): Settings {
  const document: { [key: string]: Json } = {}
  for (const [index, arg] of args.entries()) {
    const [, flag = '', inline] = /^(--[a-z-]+)(?:=(.*))?$/s.exec(arg) ?? []
    const found = Object.entries(settingFields).find(([, field]) => field.flag.split(' ')[0] === flag)
    if (found === undefined) continue
    const [key, field] = found
    const value = field.flag.includes(' ') ? (inline ?? args[index + 1] ?? '') : true
    if (key === 'set') document[key] = [...(Array.isArray(document[key]) ? document[key] : []), value]
    else document[key] = documents.has(key) ? inNamespace(String(value), namespace, `${flag} of ${from}`) : value
  }
  const { settings, problems } = readSettings(document)
  const [problem] = problems
  if (problem !== undefined)
    throw new CliError(`${from}: ${formatPath(problem.path)}: ${describeProblem(problem).reason}`)
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}

const documents: ReadonlySet<string> = new Set(['config', 'values', 'mesh', 'sharedMesh'])

/** A ConfigMap without a namespace is in the injector's namespace. */
function inNamespace(named: string, namespace: string, what: string): string {
  const name = /^configmap:(.*)$/.exec(named)?.[1]
  if (name === undefined) {
    throw new CliError(
      `${what} is the file ${named}, which can't be read from here: set it with --config, --values and --mesh`,
    )
  }
  return name.includes('/') ? named : `configmap:${namespace}/${name}`
}
