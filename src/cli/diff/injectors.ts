import { ConfigError, formatFault } from '../../config/faults.ts'
import { type ConfigurationOptions, loadConfiguration } from '../../config/files.ts'
import type { Loaded } from '../../config/load.ts'
import { mergeSettings, type Settings } from '../../config/settings.ts'
import { injectWithCauses } from '../../explain/provenance/inject.ts'
import type { ClusterFacts } from '../../injection/model/facts.ts'
import type { Snapshot } from '../../injection/model/snapshot.ts'
import type { WebhookConfiguration } from '../../istio/revisions/configuration.ts'
import { matchWebhooks } from '../../istio/revisions/match.ts'
import { injectionLabel, revisionLabel } from '../../istio/revisions/names.ts'
import { type JsonObject, own, type StringMap } from '../../lang/json.ts'
import { CliError } from '../exit.ts'
import { type ClusterState, configObjectsIn, namespaceLabels } from './cluster-state.ts'
import { settingsOfRevision } from './revision.ts'

/** How pods would be injected: currently, or with other settings. */
export interface SideOptions {
  /** The configuration for all pods. By default each pod has that of the revision whose webhook is called for it. */
  readonly fixed?: ConfigurationOptions | undefined
  /** Overrides for the settings of revisions. */
  readonly over: Settings
  /** The revision or tag to select for namespaces instead of their labels. */
  readonly asked?: Asked | undefined
  /** The webhook's URL path, which can carry settings; by default that of the webhook that is called. */
  readonly path?: string | undefined
}

export interface Asked {
  readonly name: string
  /** Whether it also applies to namespaces without injection labels. */
  readonly everywhere: boolean
}

/** A pod that is about to be created. */
export interface NewPod {
  readonly namespace: string
  readonly labels: StringMap
}

/** The injector of a pod. */
export interface CalledInjector {
  readonly snapshot: Snapshot
  readonly path: string
}

/** One way in which pods would be injected. */
export interface Side {
  /** The injector that is called for a pod; undefined if there is none. Rejects with a CliError for an invalid configuration. */
  injectorFor(pod: NewPod): Promise<CalledInjector | undefined>
}

/** The result for a pod. */
export interface PodResult {
  /** `none`: created without a sidecar; `failed`: the injector can't inject it, and the failurePolicy decides. */
  readonly result: 'injected' | 'none' | 'denied' | 'failed'
  /** The reason, as a sentence without a full stop. */
  readonly message: string
  readonly pod: JsonObject
}

const usualPath = '/inject'

/** Creates one side. Configurations are loaded when the first pod needs them; `warn` receives their warnings. */
export function createSide(options: SideOptions, cluster: ClusterState, warn: (text: string) => void): Side {
  const { fixed, over, asked, path } = options
  const { configurations, source } = cluster
  const loaded = new Map<string, Promise<Snapshot>>()

  const remember = (key: string, load: () => Promise<Loaded>): Promise<Snapshot> => {
    const known = loaded.get(key)
    if (known !== undefined) return known
    const snapshot = load().then(({ snapshot, warnings }) => {
      for (const warning of warnings) warn(formatFault(warning))
      return snapshot
    })
    loaded.set(key, snapshot)
    return snapshot
  }

  const ofRevision = async (configuration: WebhookConfiguration): Promise<Loaded> => {
    const [webhook] = configuration.webhooks
    if (webhook === undefined) throw new Error(`${configuration.name} has no webhook`)
    const { settings, from } = await settingsOfRevision(configuration, webhook, source)
    const configObjects = async () => configObjectsIn(source)
    try {
      return await loadConfiguration({ settings: mergeSettings(settings, over), configObjects })
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      throw new CliError(
        `the configuration of ${configuration.name} can't be read from ${from} (${source.description}): ${error.message}\n` +
          'set it with --config, --values and --mesh',
      )
    }
  }

  return {
    async injectorFor(pod) {
      if (configurations.length === 0) {
        if (fixed === undefined) throw new Error('no webhook configuration determines the settings')
        return { snapshot: await remember('', () => loadConfiguration(fixed)), path: path ?? usualPath }
      }
      const called = callFor(pod, asked, cluster)
      if (called === undefined) return undefined
      const snapshot = await (fixed === undefined
        ? remember(called.configuration.name, () => ofRevision(called.configuration))
        : remember('', () => loadConfiguration(fixed)))
      return { snapshot, path: path ?? called.path }
    },
  }
}

/** The first webhook of an injector that the API server calls for a pod. */
function callFor({ namespace, labels }: NewPod, asked: Asked | undefined, cluster: ClusterState) {
  const { configurations } = cluster
  const found = namespaceLabels(cluster, namespace)
  const subject = { namespace: { name: namespace, labels: asked === undefined ? found : asking(found, asked) }, labels }
  const match = matchWebhooks(configurations, subject).find(({ matches }) => matches)
  const configuration = configurations.find(({ name }) => name === match?.configuration)
  if (match === undefined || configuration === undefined) return undefined
  const client = configuration.webhooks.find(({ name }) => name === match.webhook)?.clientConfig
  return { configuration, path: client?.service?.path ?? pathOfUrl(client?.url) }
}

/** The labels of a namespace after a move to a revision or tag. */
function asking(labels: StringMap, { name, everywhere }: Asked): StringMap {
  const { [injectionLabel]: injection, ...others } = labels
  const asks = injection === undefined ? own(labels, revisionLabel) !== undefined : injection === 'enabled'
  return asks || everywhere ? { ...others, [revisionLabel]: name } : labels
}

function pathOfUrl(url: string | undefined): string {
  return url !== undefined && URL.canParse(url) ? new URL(url).pathname : usualPath
}

/** The result for a pod with an injector, or without one. */
export function podResult(
  pod: JsonObject,
  namespace: string,
  injector: CalledInjector | undefined,
  facts: ClusterFacts,
): PodResult {
  if (injector === undefined) {
    return { result: 'none', message: "no injector's webhook is called for it", pod }
  }
  const { snapshot, path } = injector
  try {
    const { decision, pod: injected } = injectWithCauses({ pod, namespace, path }, snapshot, facts)
    const result = decision.result === 'skipped' ? 'none' : decision.result
    return { result, message: decision.message, pod: injected }
  } catch (error) {
    // A template that fails for one pod must not hide the results of the others.
    return { result: 'failed', message: error instanceof Error ? error.message : String(error), pod }
  }
}
