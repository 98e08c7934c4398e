import { kinds } from '../../cluster/kinds.ts'
import type { ConfigMapState, ConfigMaps } from '../../config/config-maps.ts'
import { type ClusterFacts, readFacts } from '../../injection/model/facts.ts'
import { describeProxyConfigFault } from '../../istio/mesh/proxy-config/resource.ts'
import { injectorsOf, readConfigurations, type WebhookConfiguration } from '../../istio/revisions/configuration.ts'
import { isObject, lookup, lookupString, type StringMap } from '../../lang/json.ts'
import type { ObjectSource } from '../cluster/source.ts'

/** What of a cluster, or of manifests that stand for one, decides who injects a pod, and how. */
export interface ClusterState {
  readonly source: ObjectSource
  /** Those that inject sidecars, with just the webhooks that do; empty where none are known. */
  readonly configurations: readonly WebhookConfiguration[]
  readonly facts: ClusterFacts
  /** What is wrong with ProxyConfigs, in words; they then count as if they weren't there. */
  readonly faults: readonly string[]
}

/** Reads it all but the pods. Rejects with a CliError. */
export async function readClusterState(source: ObjectSource): Promise<ClusterState> {
  const [webhooks, namespaces, nodes, proxyConfigs] = await Promise.all([
    source.list(kinds.mutatingWebhookConfiguration),
    source.list(kinds.namespace),
    source.list(kinds.node),
    source.list(kinds.proxyConfig),
  ])
  const configurations = readConfigurations(webhooks)
    .map((configuration) => ({ ...configuration, webhooks: injectorsOf(configuration) }))
    .filter((configuration) => configuration.webhooks.length > 0)
  const { facts, faults } = readFacts({ namespaces, nodes, proxyConfigs })
  return { source, configurations, facts, faults: faults.map(describeProxyConfigFault) }
}

export function namespaceLabels({ facts }: ClusterState, namespace: string): StringMap {
  return facts.namespaces.get(namespace)?.labels ?? {}
}

/** The ConfigMaps of a cluster or of manifests; those that aren't there may be `elsewhere`. */
export function configMapsIn(source: ObjectSource, elsewhere?: () => Promise<ConfigMaps>): ConfigMaps {
  return {
    namespace: source.namespace,
    async read(id): Promise<ConfigMapState> {
      const object = await source.get(kinds.configMap, id.name, id.namespace)
      if (object === undefined) return elsewhere === undefined ? { state: 'missing' } : (await elsewhere()).read(id)
      const data = lookup(object, 'data')
      return {
        state: 'there',
        uid: lookupString(object, 'metadata', 'uid'),
        resourceVersion: lookupString(object, 'metadata', 'resourceVersion'),
        data: isObject(data) ? data : {},
      }
    },
    follow: () => {},
    close: async () => {},
  }
}
