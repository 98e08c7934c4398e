import { kinds } from '../../cluster/kinds.ts'
import {
  type ConfigObjectId,
  type ConfigObjectState,
  type ConfigObjects,
  configObjectState,
} from '../../config/config-objects.ts'
import { type ClusterFacts, readFacts } from '../../injection/model/facts.ts'
import { describeProxyConfigFault } from '../../istio/mesh/proxy-config/resource.ts'
import { injectorsOf, readConfigurations, type WebhookConfiguration } from '../../istio/revisions/configuration.ts'
import type { StringMap } from '../../lang/json.ts'
import type { ObjectSource } from '../cluster/source.ts'
import { CliError } from '../exit.ts'

/** The state of a cluster, or of manifests, that determines which injector injects a pod, and how. */
export interface ClusterState {
  readonly source: ObjectSource
  /** Those that inject sidecars, with only those webhooks that do. */
  readonly configurations: readonly WebhookConfiguration[]
  readonly facts: ClusterFacts
  /** Messages about invalid ProxyConfigs, which are ignored. */
  readonly faults: readonly string[]
}

/** Reads everything except pods. Rejects with a CliError. */
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

/** The objects of a configuration in a cluster or in manifests; missing ones are read from `elsewhere`. */
export function configObjectsIn(source: ObjectSource, elsewhere?: () => Promise<ConfigObjects>): ConfigObjects {
  return {
    namespace: source.namespace,
    async read(id): Promise<ConfigObjectState> {
      const object = await readObject(source, id)
      if (object !== undefined) return object
      return elsewhere === undefined ? { state: 'missing' } : (await elsewhere()).read(id)
    },
    follow: () => {},
    close: async () => {},
  }
}

async function readObject(source: ObjectSource, id: ConfigObjectId): Promise<ConfigObjectState | undefined> {
  const kind = id.kind === 'ConfigMap' ? kinds.configMap : kinds.deployment
  try {
    const object = await source.get(kind, id.name, id.namespace)
    return object && configObjectState(id.kind, object)
  } catch (error) {
    // Whoever may read Istio's ConfigMaps may not be allowed to read its Deployment, without which they do.
    if (id.kind === 'ConfigMap' || !(error instanceof CliError)) throw error
    return { state: 'unread', reason: error.message }
  }
}
