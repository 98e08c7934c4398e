import { type Kind, kinds } from '../../cluster/kinds.ts'
import { ConfigError, formatFault } from '../../config/faults.ts'
import { type ConfigurationOptions, loadConfiguration } from '../../config/files.ts'
import type { Loaded } from '../../config/load.ts'
import type { PodSubject } from '../../explain/story/calls.ts'
import { type ClusterState, clusterStateOf, homeOf } from '../../explain/story/cluster-state.ts'
import type { InUse } from '../../explain/story/story.ts'
import { injectorsOf, revisionOf, type WebhookConfiguration } from '../../istio/revisions/configuration.ts'
import { defaultRevision, revisionValue } from '../../istio/revisions/names.ts'
import type { ObjectSource } from '../cluster/source.ts'
import { configObjectsIn } from '../diff/cluster-state.ts'
import { settingsOfRevision } from '../diff/revision.ts'
import { CliError } from '../exit.ts'

/** Reads the cluster state. What this user may not read is left out and noted; rejects with a CliError if that is everything. */
export async function readSurroundings(
  source: ObjectSource,
): Promise<{ readonly surroundings: ClusterState; readonly notes: readonly string[] }> {
  const wanted: readonly Kind[] = [kinds.mutatingWebhookConfiguration, kinds.namespace, kinds.node, kinds.proxyConfig]
  const answers = await Promise.allSettled(wanted.map((kind) => source.list(kind)))
  const refused = answers.flatMap((answer): readonly unknown[] => (answer.status === 'rejected' ? [answer.reason] : []))
  const unexpected = refused.find((error) => !(error instanceof CliError))
  if (unexpected !== undefined) throw unexpected
  if (refused.length === answers.length) throw refused[0]
  const objects = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  const [webhooks = [], namespaces = [], nodes = [], proxyConfigs = []] = objects
  const { state: surroundings, faults } = clusterStateOf(
    { webhooks, namespaces, nodes, proxyConfigs },
    { description: source.description, isCluster: source.connection !== undefined },
  )
  const notes = refused.map((error) => `not read: ${error instanceof Error ? error.message : ''}`)
  return { surroundings, notes: [...notes, ...faults] }
}

/** A configuration and its source. */
export interface ConfigurationInUse extends InUse {
  readonly loaded: Loaded
}

/** Selects the configuration for each pod: that of the flags, else that of the revision whose webhook is called. */
export function createConfigurations(
  given: ConfigurationOptions,
  source: ObjectSource,
  { configurations }: ClusterState,
): { for(subject: PodSubject): Promise<ConfigurationInUse> } {
  const known = new Map<string, Promise<ConfigurationInUse>>()
  const byFlags = async (notes: readonly string[], revision?: string): Promise<ConfigurationInUse> => {
    const settings = revision === undefined ? given.settings : { ...given.settings, revision }
    const loaded = await loadConfiguration({ ...given, settings })
    return { loaded, from: describe(loaded), notes: [...notes, ...warningsOf(loaded)] }
  }
  const ofRevision = async (configuration: WebhookConfiguration): Promise<ConfigurationInUse> => {
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
        configObjects: async () => configObjectsIn(source),
      })
      return { loaded, from, notes: warningsOf(loaded) }
    } catch (error) {
      if (!(error instanceof CliError || error instanceof ConfigError)) throw error
      // The first of several faults is sufficient here.
      const why = error.message.split('\n').slice(0, 2).join(' ').replaceAll(/\s+/g, ' ')
      const note = `the configuration of revision ${revisionValue(revision)} can't be used (${why}): using the built-in one; --config, --values and --mesh set another`
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

/** Whether the flags set the configuration; else it comes from the cluster. */
function namesDocuments({ settings, settingsFile }: ConfigurationOptions): boolean {
  const { config, values, mesh, fromCluster } = settings
  return settingsFile !== undefined || [config, values, mesh, fromCluster].some((one) => one !== undefined)
}

function warningsOf({ warnings }: Loaded): readonly string[] {
  return warnings.map(formatFault)
}

function describe({ sources }: Loaded): string {
  const { config, values, mesh } = sources
  return `configuration ${config}, values ${values}, mesh ${mesh}`
}
