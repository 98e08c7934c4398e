import { ConfigError } from '../../config/faults.ts'
import { type ConfigurationOptions, loadConfiguration } from '../../config/files.ts'
import type { Loaded } from '../../config/load.ts'
import { mergeSettings, type Settings } from '../../config/settings.ts'
import { inject } from '../../injection/inject.ts'
import type { ClusterFacts } from '../../injection/model/facts.ts'
import type { Snapshot } from '../../injection/model/snapshot.ts'
import type { WebhookConfiguration } from '../../istio/revisions/configuration.ts'
import { matchWebhooks } from '../../istio/revisions/match.ts'
import { injectionLabel, revisionLabel } from '../../istio/revisions/names.ts'
import { type JsonObject, own, type StringMap } from '../../lang/json.ts'
import { CliError } from '../exit.ts'
import { type ClusterState, configMapsIn, namespaceLabels } from './cluster-state.ts'
import { settingsOfRevision } from './revision.ts'

/** How pods would be injected: as things are, or as someone thinks of having them. */
export interface SideOptions {
  /** The configuration of all pods. Without it, each pod gets that of the revision whose webhook is called for it. */
  readonly fixed?: ConfigurationOptions | undefined
  /** What is laid over the settings of revisions. */
  readonly over: Settings
  /** The revision or tag that namespaces ask for, rather than what their labels say. */
  readonly asked?: Asked | undefined
  /** The webhook's path, which carries settings; by default that of the webhook which is called. */
  readonly path?: string | undefined
}

export interface Asked {
  readonly name: string
  /** Whether namespaces ask for it, too, that don't ask for injection now. */
  readonly everywhere: boolean
}

/** A pod that is about to be created. */
export interface NewPod {
  readonly namespace: string
  readonly labels: StringMap
}

/** Who injects a pod. */
export interface CalledInjector {
  readonly snapshot: Snapshot
  readonly path: string
}

/** One way in which pods would be injected. */
export interface Side {
  /** Who is called for a pod; undefined where no one is. Rejects with a CliError for a configuration that can't serve. */
  injectorFor(pod: NewPod): Promise<CalledInjector | undefined>
}

/** What becomes of a pod. */
export interface PodResult {
  /** `none`: created without a sidecar; `failed`: the injector can't inject it, and the failurePolicy decides. */
  readonly result: 'injected' | 'none' | 'denied' | 'failed'
  /** Why, as a sentence without its full stop. */
  readonly message: string
  readonly pod: JsonObject
}

const usualPath = '/inject'

/** Prepares one side. Configurations are loaded when the first pod needs them; `warn` gets what is to be said of them. */
export function createSide(options: SideOptions, landscape: ClusterState, warn: (text: string) => void): Side {
  const { fixed, over, asked, path } = options
  const { configurations, source } = landscape
  const loaded = new Map<string, Promise<Snapshot>>()

  const remember = (key: string, load: () => Promise<Loaded>): Promise<Snapshot> => {
    const known = loaded.get(key)
    if (known !== undefined) return known
    const snapshot = load().then(({ snapshot, warnings }) => {
      for (const one of warnings) warn([one.document, one.path, one.message].filter(Boolean).join(': '))
      return snapshot
    })
    loaded.set(key, snapshot)
    return snapshot
  }

  const ofRevision = async (configuration: WebhookConfiguration): Promise<Loaded> => {
    const [webhook] = configuration.webhooks
    if (webhook === undefined) throw new Error(`${configuration.name} has no webhook`)
    const { settings, from } = await settingsOfRevision(configuration, webhook, source)
    const configMaps = async () => configMapsIn(source)
    try {
      return await loadConfiguration({ settings: mergeSettings(settings, over), configMaps })
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      throw new CliError(
        `what ${configuration.name} injects can't be told by ${from} (${source.description}): ${error.message}\n` +
          'give its configuration with --config, --values and --mesh',
      )
    }
  }

  return {
    async injectorFor(pod) {
      if (configurations.length === 0) {
        if (fixed === undefined) throw new Error('no webhook configuration tells by what to inject')
        return { snapshot: await remember('', () => loadConfiguration(fixed)), path: path ?? usualPath }
      }
      const called = callFor(pod, asked, landscape)
      if (called === undefined) return undefined
      const snapshot = await (fixed === undefined
        ? remember(called.configuration.name, () => ofRevision(called.configuration))
        : remember('', () => loadConfiguration(fixed)))
      return { snapshot, path: path ?? called.path }
    },
  }
}

/** The first webhook of an injector that the API server calls for a pod. */
function callFor({ namespace, labels }: NewPod, asked: Asked | undefined, landscape: ClusterState) {
  const { configurations } = landscape
  const found = namespaceLabels(landscape, namespace)
  const subject = { namespace: { name: namespace, labels: asked === undefined ? found : asking(found, asked) }, labels }
  const match = matchWebhooks(configurations, subject).find(({ matches }) => matches)
  const configuration = configurations.find(({ name }) => name === match?.configuration)
  if (match === undefined || configuration === undefined) return undefined
  const client = configuration.webhooks.find(({ name }) => name === match.webhook)?.clientConfig
  return { configuration, path: client?.service?.path ?? pathOfUrl(client?.url) }
}

/** The labels of a namespace that was moved to a revision or tag. */
function asking(labels: StringMap, { name, everywhere }: Asked): StringMap {
  const { [injectionLabel]: injection, ...others } = labels
  const asks = injection === undefined ? own(labels, revisionLabel) !== undefined : injection === 'enabled'
  return asks || everywhere ? { ...others, [revisionLabel]: name } : labels
}

function pathOfUrl(url: string | undefined): string {
  return url !== undefined && URL.canParse(url) ? new URL(url).pathname : usualPath
}

/** What becomes of a pod by the hand of an injector, or of none. */
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
    const { decision, pod: injected } = inject({ pod, namespace, path }, snapshot, facts)
    const result = decision.result === 'skipped' ? 'none' : decision.result
    return { result, message: decision.message, pod: injected }
  } catch (error) {
    // A template's fault with one pod must not hide what becomes of the others.
    return { result: 'failed', message: error instanceof Error ? error.message : String(error), pod }
  }
}
