import { type Kind, kinds } from '../../cluster/kinds.ts'
import type { DocumentKey, DocumentSource } from '../../config/documents.ts'
import { ConfigError } from '../../config/faults.ts'
import { type ConfigurationRead, loadRead, readConfiguration } from '../../config/files.ts'
import { resolveIstiodSettings } from '../../config/istiod/settings.ts'
import { checkChoices } from '../../config/settings.ts'
import { isDefault } from '../../injection/model/source.ts'
import { isObject, type Json, type JsonObject, lookup, own } from '../../lang/json.ts'
import { copyJson } from '../../lang/json-data.ts'
import { writeYaml } from '../../lang/yaml/write.ts'
import { emptyState, maxText, readState } from '../../playground/state.ts'
import type { PlaygroundConfiguration, PlaygroundSettings, PlaygroundState } from '../../playground/types.ts'
import { objectsOf } from '../cluster/open.ts'
import type { PlaygroundFlags } from '../commands/playground.ts'
import { CliError } from '../exit.ts'
import { type Io, printable } from '../io.ts'
import { readInputs } from '../manifests/files.ts'
import { configurationOf } from '../settings.ts'

/** The initial state, by the flags. Throws CliError and ConfigError for what can't be read. */
export async function initialState(flags: PlaygroundFlags, io: Io): Promise<PlaygroundState> {
  const { filename = [], recursive = false, namespace = '' } = flags
  const inputs = filename.length === 0 ? [] : await readInputs(filename, recursive, io)
  const configuration = await initialConfiguration(flags, io)
  const cluster = asksCluster(flags) ? await clusterText(flags, io) : ''
  const reading = readState({
    ...configuration,
    workload: joined(inputs.map(({ text }) => text)),
    // Namespaces of the cluster take precedence.
    namespace: { ...emptyState.namespace, name: namespace, ...(cluster !== '' && { labels: '' }) },
    cluster,
  })
  if ('state' in reading) return reading.state
  throw new CliError(`can't start with this state: ${reading.problem}`)
}

function asksCluster({ kubeconfig, context, ...flags }: PlaygroundFlags): boolean {
  return flags.fromCluster === true || kubeconfig !== undefined || context !== undefined
}

function joined(files: readonly string[]): string {
  return files
    .map((text, index) => (index === 0 || text.startsWith('---') ? text : `---\n${text}`))
    .map((text) => (text === '' || text.endsWith('\n') ? text : `${text}\n`))
    .join('')
}

async function initialConfiguration(flags: PlaygroundFlags, io: Io): Promise<PlaygroundConfiguration> {
  const options = configurationOf(flags, io)
  const read = await readConfiguration(options)
  const { settings, sources, faults, absent } = read
  if (faults.length + absent.length > 0) throw new ConfigError([...faults, ...absent])
  if (sources.sharedMesh !== undefined) note(`${sources.sharedMesh.name} is not part of the page`, io)
  // The page doesn't have this flag, but its values.
  const isChanged = (settings.set ?? []).length > 0
  const values = isChanged ? writeYaml(loadRead(read, options.environment).snapshot.values) : undefined
  return {
    values: values ?? documentText(sources.values ?? bothOf(sources.config), 'values'),
    mesh: documentText(sources.mesh, 'mesh'),
    config: documentText(sources.config, 'config'),
    settings: settingsBesideValues(read),
  }
}

/** The settings that the page can't find in the values: those that are given, and those of istiod's Deployment. */
function settingsBesideValues({ settings: given, istiod }: ConfigurationRead): PlaygroundSettings {
  const { stampHash: _, ...choices } = checkChoices(given).choices
  const places = { given: choices, deployment: istiod?.deployment, values: {}, version: undefined }
  const { revision, nativeSidecars, platform, compliancePolicy } = resolveIstiodSettings(places)
  return {
    revision: revision.value,
    nativeSidecars: isDefault(nativeSidecars.from) ? '' : nativeSidecars.value,
    platform: platform.value,
    compliancePolicy: compliancePolicy.value,
    path: '',
  }
}

/** Istio has both in one ConfigMap. The page reads a manifest of it as it is; of one in a cluster it gets each key. */
function bothOf(config: DocumentSource | undefined): DocumentSource | undefined {
  return config !== undefined && 'configMap' in config ? config : undefined
}

/** A document as a user would type it. */
function documentText(source: DocumentSource | undefined, key: DocumentKey): string {
  if (source === undefined) return ''
  if ('text' in source) return source.text
  if ('configMap' in source) return String(own(source.configMap, key) ?? '')
  return writeYaml(copyJson(source.object).json)
}

const wanted: readonly Kind[] = [kinds.mutatingWebhookConfiguration, kinds.namespace, kinds.node, kinds.proxyConfig]

/** The cluster state as manifests. What this user may not read, and what is too large, is left out with a note. */
async function clusterText(flags: PlaygroundFlags, io: Io): Promise<string> {
  const { filename: _, ...connection } = flags
  const source = await objectsOf(connection, io)
  let text = ''
  for (const kind of wanted) {
    try {
      const objects = await source.list(kind)
      const part = objects.map((object) => `---\n${writeYaml(shortened(object, kind))}`).join('')
      if (text.length + part.length > maxText / 2)
        note(`${objects.length} ${kind.plural} are too many for the page`, io)
      else text += part
    } catch (error) {
      if (!(error instanceof CliError)) throw error
      note(`not read: ${error.message}`, io)
    }
  }
  return text
}

function note(text: string, io: Io): void {
  io.stderr.write(printable(`note: ${text}\n`))
}

/** An object without the fields that don't affect injection. */
function shortened(object: JsonObject, { apiVersion, kind }: Kind): JsonObject {
  const metadata = lookup(object, 'metadata')
  const kept = ['name', 'namespace', 'labels', 'annotations'].flatMap((key) => {
    const value = lookup(metadata, key)
    return value === undefined ? [] : [[key, isObject(value) ? withoutApplied(value) : value] as const]
  })
  const head = { apiVersion, kind, metadata: Object.fromEntries(kept) }
  if (kind === 'Namespace') return head
  if (kind === 'Node') {
    const version = lookup(object, 'status', 'nodeInfo', 'kubeletVersion') ?? ''
    return {
      ...head,
      metadata: { name: lookup(metadata, 'name') ?? '' },
      status: { nodeInfo: { kubeletVersion: version } },
    }
  }
  const { status: _, ...rest } = object
  const webhooks = own(rest, 'webhooks')
  return { ...rest, ...head, ...(Array.isArray(webhooks) && { webhooks: webhooks.map(withoutCa) }) }
}

function withoutApplied(annotations: JsonObject): JsonObject {
  const { 'kubectl.kubernetes.io/last-applied-configuration': _, ...rest } = annotations
  return rest
}

function withoutCa(webhook: Json): Json {
  const client = lookup(webhook, 'clientConfig')
  if (!isObject(webhook) || !isObject(client)) return webhook
  const { caBundle: _, ...rest } = client
  return { ...webhook, clientConfig: rest }
}
