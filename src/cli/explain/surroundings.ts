import { ConfigError } from '../../config/faults.ts'
import { type ConfigurationOptions, loadConfiguration } from '../../config/files.ts'
import type { Loaded } from '../../config/load.ts'
import type { Snapshot } from '../../config/snapshot.ts'
import { lookup, type StringMap } from '../../json.ts'
import { type Kind, kinds } from '../../kube/kinds.ts'
import { type ClusterFacts, readFacts } from '../../prepare/facts.ts'
import {
  injectorsOf,
  readConfigurations,
  revisionOf,
  type WebhookConfiguration,
} from '../../revisions/configuration.ts'
import { defaultRevision, revisionValue } from '../../revisions/names.ts'
import { revisionConfiguration } from '../../revisions/webhooks.ts'
import type { ObjectSource } from '../cluster/source.ts'
import { configMapsIn } from '../diff/landscape.ts'
import { settingsOfRevision } from '../diff/revision.ts'
import { CliError } from '../exit.ts'
import { callingInjectors, evaluateWebhooks, type PodSubject } from './calls.ts'
import { askingLabels } from './options.ts'

/** What of a cluster, or of manifests that stand for one, decides what becomes of a pod. */
export interface Surroundings {
  readonly source: ObjectSource
  readonly configurations: readonly WebhookConfiguration[]
  readonly namespaces: ReadonlyMap<string, StringMap>
  readonly facts: ClusterFacts
  /** What could not be read, or is wrong in what was. */
  readonly notes: readonly string[]
}

/** Reads it all. What this user may not read is as if it weren't there, and said; rejects with a CliError when that is everything. */
export async function readSurroundings(source: ObjectSource): Promise<Surroundings> {
  const wanted: readonly Kind[] = [kinds.mutatingWebhookConfiguration, kinds.namespace, kinds.node, kinds.proxyConfig]
  const answers = await Promise.allSettled(wanted.map((kind) => source.list(kind)))
  const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []))
  const unexpected = refused.find((error) => !(error instanceof CliError))
  if (unexpected !== undefined) throw unexpected
  if (refused.length === answers.length) throw refused[0]
  const objects = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  const [webhooks = [], namespaces = [], nodes = [], proxyConfigs = []] = objects
  const { facts, faults } = readFacts({ namespaces, nodes, proxyConfigs })
  return {
    source,
    configurations: readConfigurations(webhooks),
    namespaces: new Map([...facts.namespaces].map(([name, { labels }]) => [name, labels])),
    facts,
    notes: [...refused.map((error) => `not read: ${error instanceof Error ? error.message : ''}`), ...faults],
  }
}

/** Those parts of the surroundings that nobody gave, taken to be as they would be where the pod is to be injected. */
export interface Assumed {
  readonly configurations: readonly WebhookConfiguration[]
  readonly namespaces: ReadonlyMap<string, StringMap>
  /** The labels of namespaces that aren't known. */
  readonly otherwise: StringMap
  /** What was assumed, as sentences. */
  readonly notes: readonly string[]
}

/** Webhooks of the revision where there are none of an injector, and labels of the namespace where it isn't known. */
export function assume(surroundings: Surroundings, subject: PodSubject, snapshot: Snapshot): Assumed {
  const { source } = surroundings
  const isCluster = source.connection !== undefined
  const hasInjector = surroundings.configurations.some((one) => injectorsOf(one).length > 0)
  const revision = revisionValue(snapshot.revision)
  const webhooks =
    hasInjector || isCluster
      ? { configurations: surroundings.configurations, notes: [] }
      : {
          configurations: [...surroundings.configurations, ...revisionWebhooks(snapshot)],
          notes: [
            `${source.description} hold no webhook configuration of an injector: those that Istio makes for revision ${revision} are assumed`,
          ],
        }
  const { namespaces } = surroundings
  const { name } = subject.namespace
  if (isCluster) {
    const isMissing = namespaces.size > 0 && !namespaces.has(name)
    const notes = isMissing
      ? [`there is no namespace ${name} in ${source.description}: it counts as one without labels`]
      : []
    return { ...webhooks, namespaces, otherwise: {}, notes }
  }
  const bare = { ...subject, namespace: { name, labels: {} } }
  const needsLabels = callingInjectors(evaluateWebhooks(webhooks.configurations, bare)).length === 0
  const otherwise = needsLabels ? askingLabels(snapshot.revision) : {}
  if (namespaces.has(name)) return { ...webhooks, namespaces, otherwise }
  const [label] = Object.entries(otherwise).map((pair) => pair.join('='))
  const taken = label === undefined ? 'to have no labels' : `to be labelled ${label}`
  const note = `the namespace ${name} is not in ${source.description}: it is taken ${taken}`
  return { ...webhooks, namespaces, otherwise, notes: [...webhooks.notes, note] }
}

function revisionWebhooks({ revision, values }: Snapshot): readonly WebhookConfiguration[] {
  const namespace = 'istio-system'
  const name = revision === '' ? 'istiod' : `istiod-${revision}`
  const enableNamespacesByDefault = lookup(values, 'sidecarInjectorWebhook', 'enableNamespacesByDefault') === true
  return readConfigurations([
    revisionConfiguration({
      revision,
      namespace,
      clientConfig: { service: { name, namespace, path: '/inject', port: 443 } },
      enableNamespacesByDefault,
    }),
  ])
}

/** A configuration by which to inject, and where it comes from. */
export interface InUse {
  readonly loaded: Loaded
  readonly from: string
  readonly notes: readonly string[]
}

/** Finds the configuration for each pod: what the flags say, else that of the revision whose webhook is called. */
export function createConfigurations(
  given: ConfigurationOptions,
  { source, configurations }: Surroundings,
): { for(subject: PodSubject): Promise<InUse> } {
  const known = new Map<string, Promise<InUse>>()
  const byFlags = async (notes: readonly string[], revision?: string): Promise<InUse> => {
    const settings = revision === undefined ? given.settings : { ...given.settings, revision }
    const loaded = await loadConfiguration({ ...given, settings })
    return { loaded, from: describe(loaded), notes: [...notes, ...warningsOf(loaded)] }
  }
  const ofRevision = async (configuration: WebhookConfiguration): Promise<InUse> => {
    const [webhook] = injectorsOf(configuration)
    const named = revisionOf(configuration)
    const revision = named === undefined || named === defaultRevision ? '' : named
    if (webhook === undefined) return byFlags([])
    try {
      const { settings, from } = await settingsOfRevision(configuration, webhook, source)
      const over = Object.fromEntries(Object.entries(given.settings).filter(([, value]) => value !== undefined))
      const loaded = await loadConfiguration({
        ...given,
        settings: { ...settings, ...over },
        configMaps: async () => configMapsIn(source),
      })
      return { loaded, from, notes: warningsOf(loaded) }
    } catch (error) {
      if (!(error instanceof CliError || error instanceof ConfigError)) throw error
      // The first of several faults says enough here.
      const why = error.message.split('\n').slice(0, 2).join(' ').replaceAll(/\s+/g, ' ')
      const note = `the configuration of revision ${revisionValue(revision)} can't be used (${why}): the built-in one counts; --config, --values and --mesh give another`
      return byFlags([note], revision)
    }
  }
  return {
    for(subject) {
      const own = namesDocuments(given) ? undefined : homeOf(configurations, subject, given.settings.revision)
      const key = own?.name ?? ''
      const found = known.get(key) ?? (own === undefined ? byFlags([]) : ofRevision(own))
      known.set(key, found)
      return found
    },
  }
}

/** Whether flags say by which documents to inject; else the cluster does. */
function namesDocuments({ settings, settingsFile }: ConfigurationOptions): boolean {
  const { config, values, mesh, fromCluster } = settings
  return settingsFile !== undefined || [config, values, mesh, fromCluster].some((one) => one !== undefined)
}

/** The configuration whose injector counts for a pod: the one that is called, else that of the revision, else the default one. */
function homeOf(
  configurations: readonly WebhookConfiguration[],
  subject: PodSubject,
  revision: string | undefined,
): WebhookConfiguration | undefined {
  const injecting = configurations.filter((one) => injectorsOf(one).length > 0)
  const ofRevision = (name: string) => injecting.find((one) => revisionOf(one) === name)
  if (revision !== undefined) return ofRevision(revisionValue(revision))
  const [called] = callingInjectors(evaluateWebhooks(injecting, subject))
  return called?.configuration ?? ofRevision(defaultRevision) ?? injecting[0]
}

function warningsOf({ warnings }: Loaded): readonly string[] {
  return warnings.map(({ document, path, message }) => [document, path, message].filter(Boolean).join(': '))
}

function describe({ sources }: Loaded): string {
  const { config, values, mesh } = sources
  return `configuration ${config}, values ${values}, mesh ${mesh}`
}
