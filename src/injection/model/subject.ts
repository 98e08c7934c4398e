import type { ProxyConfigLayer } from '../../istio/mesh/proxy-config/layers.ts'
import type { ProxyConfig } from '../../istio/mesh/proxy-config/proxy-config.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import type { StringMap } from '../../lang/json.ts'
import type { ClusterFacts } from './facts.ts'
import type { Snapshot } from './snapshot.ts'

/** All that the settings of one injection are decided from. */
export interface Subject {
  /** The pod as it came. */
  readonly pod: Pod
  readonly namespace: string
  /** The variables that the webhook's path sets. */
  readonly path: StringMap
  readonly snapshot: Snapshot
  readonly facts: ClusterFacts
  /** The pod's ProxyConfig, and what its annotation alone sets of it. */
  readonly proxyConfig: ProxyConfig
  readonly annotated: ProxyConfig
  /** The layers that `proxyConfig` was merged from, from low to high. */
  readonly layers: () => readonly ProxyConfigLayer[]
}
