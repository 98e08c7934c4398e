import { type ClusterFacts, readFacts } from '../../injection/model/facts.ts'
import type { Snapshot } from '../../injection/model/snapshot.ts'
import { describeProxyConfigFault } from '../../istio/mesh/proxy-config/resource.ts'
import {
  injectorsOf,
  readConfigurations,
  revisionOf,
  type WebhookConfiguration,
} from '../../istio/revisions/configuration.ts'
import { defaultRevision, revisionValue } from '../../istio/revisions/names.ts'
import { revisionConfiguration } from '../../istio/revisions/webhooks.ts'
import type { JsonObject } from '../../lang/json.ts'
import { lookup, type StringMap } from '../../lang/json.ts'
import { callingInjectors, evaluateWebhooks, type PodSubject } from './calls.ts'
import { askingLabels } from './options.ts'

/** What of a cluster, or of manifests that stand for one, decides what becomes of a pod. */
export interface Surroundings {
  /** In the plural, for sentences: `the manifests of web.yaml`. Of a cluster: `the cluster https://10.0.0.1`. */
  readonly description: string
  /** A cluster has all that there is; manifests may leave out what goes without saying. */
  readonly isCluster: boolean
  readonly configurations: readonly WebhookConfiguration[]
  readonly namespaces: ReadonlyMap<string, StringMap>
  readonly facts: ClusterFacts
}

/** The objects of a cluster as surroundings are read from them. */
export interface SurroundingObjects {
  readonly webhooks: readonly JsonObject[]
  readonly namespaces: readonly JsonObject[]
  readonly nodes: readonly JsonObject[]
  readonly proxyConfigs: readonly JsonObject[]
}

/** Reads them; `faults` is what is wrong with a ProxyConfig, in words; that one is left out. */
export function surroundingsOf(
  { webhooks, ...objects }: SurroundingObjects,
  source: Pick<Surroundings, 'description' | 'isCluster'>,
): { readonly surroundings: Surroundings; readonly faults: readonly string[] } {
  const { facts, faults } = readFacts(objects)
  const namespaces = new Map([...facts.namespaces].map(([name, { labels }]) => [name, labels]))
  return {
    surroundings: { ...source, configurations: readConfigurations(webhooks), namespaces, facts },
    faults: faults.map(describeProxyConfigFault),
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
  const { description, isCluster } = surroundings
  const hasInjector = surroundings.configurations.some((one) => injectorsOf(one).length > 0)
  const revision = revisionValue(snapshot.revision)
  const webhooks =
    hasInjector || isCluster
      ? { configurations: surroundings.configurations, notes: [] }
      : {
          configurations: [...surroundings.configurations, ...revisionWebhooks(snapshot)],
          notes: [
            `${description} hold no webhook configuration of an injector: those that Istio makes for revision ${revision} are assumed`,
          ],
        }
  const { namespaces } = surroundings
  const { name } = subject.namespace
  if (isCluster) {
    const isMissing = namespaces.size > 0 && !namespaces.has(name)
    const notes = isMissing ? [`there is no namespace ${name} in ${description}: it counts as one without labels`] : []
    return { ...webhooks, namespaces, otherwise: {}, notes }
  }
  const bare = { ...subject, namespace: { name, labels: {} } }
  const needsLabels = callingInjectors(evaluateWebhooks(webhooks.configurations, bare)).length === 0
  const otherwise = needsLabels ? askingLabels(snapshot.revision) : {}
  if (namespaces.has(name)) return { ...webhooks, namespaces, otherwise }
  const [label] = Object.entries(otherwise).map((pair) => pair.join('='))
  const taken = label === undefined ? 'to have no labels' : `to be labelled ${label}`
  const note = `the namespace ${name} is not in ${description}: it is taken ${taken}`
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

/** The configuration whose injector counts for a pod: the one that is called, else that of the revision, else the default one. */
export function homeOf(
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
