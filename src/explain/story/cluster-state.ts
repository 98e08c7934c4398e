import { type ClusterFacts, readFacts } from '../../injection/model/facts.ts'
import type { Snapshot } from '../../injection/model/snapshot.ts'
import { describeProxyConfigFault } from '../../istio/mesh/proxy-config/resource.ts'
import {
  injectorsOf,
  readConfigurations,
  revisionOf,
  tagOf,
  type WebhookConfiguration,
} from '../../istio/revisions/configuration.ts'
import { defaultRevision, defaultTag, istiodName, revisionValue } from '../../istio/revisions/names.ts'
import { revisionConfiguration, tagConfiguration } from '../../istio/revisions/webhooks.ts'
import type { JsonObject } from '../../lang/json.ts'
import { lookup, type StringMap } from '../../lang/json.ts'
import { callingInjectors, evaluateWebhooks, type PodSubject } from './calls.ts'
import { labelsForRevision } from './options.ts'

/** The cluster state on which an injection depends, from a cluster or from manifests. */
export interface ClusterState {
  /** For sentences: `the manifests of web.yaml`, `the cluster https://10.0.0.1`. */
  readonly description: string
  /** A cluster is complete; manifests may be partial. */
  readonly isCluster: boolean
  readonly configurations: readonly WebhookConfiguration[]
  readonly namespaces: ReadonlyMap<string, StringMap>
  readonly facts: ClusterFacts
}

/** The objects from which cluster state is read. */
export interface ClusterObjects {
  readonly webhooks: readonly JsonObject[]
  readonly namespaces: readonly JsonObject[]
  readonly nodes: readonly JsonObject[]
  readonly proxyConfigs: readonly JsonObject[]
}

/** Reads cluster state; `faults` describes invalid ProxyConfigs, which are left out. */
export function clusterStateOf(
  { webhooks, ...objects }: ClusterObjects,
  source: Pick<ClusterState, 'description' | 'isCluster'>,
): { readonly state: ClusterState; readonly faults: readonly string[] } {
  const { facts, faults } = readFacts(objects)
  const namespaces = new Map([...facts.namespaces].map(([name, { labels }]) => [name, labels]))
  return {
    state: { ...source, configurations: readConfigurations(webhooks), namespaces, facts },
    faults: faults.map(describeProxyConfigFault),
  }
}

/** The cluster state with defaults for missing parts, so that the pod would be injected. */
export interface Assumed {
  readonly configurations: readonly WebhookConfiguration[]
  readonly namespaces: ReadonlyMap<string, StringMap>
  /** The labels of unknown namespaces. */
  readonly otherwise: StringMap
  /** The assumptions, as sentences. */
  readonly notes: readonly string[]
}

/** Assumes the webhooks of the revision if there is no injector, and the labels of the namespace if it is unknown. */
export function assume(state: ClusterState, subject: PodSubject, snapshot: Snapshot): Assumed {
  const { description, isCluster } = state
  const hasInjector = state.configurations.some((one) => injectorsOf(one).length > 0)
  const revision = revisionValue(snapshot.revision)
  const webhooks =
    hasInjector || isCluster
      ? { configurations: state.configurations, notes: [] }
      : {
          configurations: [...state.configurations, ...usualWebhooks(snapshot)],
          notes: [
            `no injecting webhook configuration in ${description}: assuming that of istiod's revision ${revision}, and Outrigger's tag ${defaultTag}`,
          ],
        }
  const { namespaces } = state
  const { name } = subject.namespace
  if (isCluster) {
    const isMissing = namespaces.size > 0 && !namespaces.has(name)
    const notes = isMissing ? [`namespace ${name} not found in ${description}: assuming that it has no labels`] : []
    return { ...webhooks, namespaces, otherwise: {}, notes }
  }
  const bare = { ...subject, namespace: { name, labels: {} } }
  const needsLabels = callingInjectors(evaluateWebhooks(webhooks.configurations, bare)).length === 0
  const otherwise = needsLabels ? labelsForRevision(snapshot.revision) : {}
  if (namespaces.has(name)) return { ...webhooks, namespaces, otherwise }
  const [label] = Object.entries(otherwise).map((pair) => pair.join('='))
  const assumed = label === undefined ? 'that it has no labels' : `the label ${label}`
  const note = `namespace ${name} not found in ${description}: assuming ${assumed}`
  return { ...webhooks, namespaces, otherwise, notes: [...webhooks.notes, note] }
}

/** Those of istiod, and of an Outrigger beside it. */
function usualWebhooks({ revision, values }: Snapshot): readonly WebhookConfiguration[] {
  const namespace = 'istio-system'
  const name = istiodName(revision)
  const enableNamespacesByDefault = lookup(values, 'sidecarInjectorWebhook', 'enableNamespacesByDefault') === true
  return readConfigurations([
    revisionConfiguration({
      revision,
      namespace,
      clientConfig: { service: { name, namespace, path: '/inject', port: 443 } },
      enableNamespacesByDefault,
    }),
    tagConfiguration({
      tag: defaultTag,
      injector: 'outrigger',
      revision,
      namespace: 'outrigger-system',
      clientConfig: { service: { name: 'outrigger', namespace: 'outrigger-system', path: '/inject', port: 443 } },
    }),
  ])
}

/** The configuration whose injector applies to a pod: the one that is called, otherwise that of the revision or the default one. */
export function homeOf(
  configurations: readonly WebhookConfiguration[],
  subject: PodSubject,
  revision: string | undefined,
): WebhookConfiguration | undefined {
  const injecting = configurations.filter((one) => injectorsOf(one).length > 0)
  const called = callingInjectors(evaluateWebhooks(injecting, subject)).map(({ configuration }) => configuration)
  // istiod's own configuration before the tags of its revision, which may point to another injector.
  const ofRevision = (name: string) =>
    [...called, ...injecting.filter((one) => tagOf(one) === undefined), ...injecting].find(
      (one) => revisionOf(one) === name,
    )
  if (revision !== undefined) return ofRevision(revisionValue(revision))
  return called[0] ?? ofRevision(defaultRevision) ?? injecting[0]
}
