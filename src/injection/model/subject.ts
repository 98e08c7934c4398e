import type { ProxyConfigLayer } from '../../istio/mesh/proxy-config/layers.ts'
import type { ProxyConfig } from '../../istio/mesh/proxy-config/proxy-config.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import type { StringMap } from '../../lang/json.ts'
import type { ClusterFacts } from './facts.ts'
import type { Snapshot } from './snapshot.ts'

/** The input of all settings of one injection. */
export interface Subject {
  /** The original pod. */
  readonly pod: Pod
  readonly namespace: string
  /** The variables that the webhook's path sets. */
  readonly path: StringMap
  readonly snapshot: Snapshot
  readonly facts: ClusterFacts
  /** The pod's ProxyConfig, and the part of it that its annotation sets. */
  readonly proxyConfig: ProxyConfig
  readonly annotated: ProxyConfig
  /** The layers that `proxyConfig` was merged from, from low to high. */
  readonly layers: () => readonly ProxyConfigLayer[]
}
