import type { ClusterFacts } from '../model/facts.ts'
import type { NativeSidecars } from '../model/snapshot.ts'

/** Sidecar containers are stable since Kubernetes 1.33: https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers */
const stableSince = 33

/**
 * Whether proxies are injected as native sidecars. `auto`: where every kubelet that could run the pod has them; without
 * any known node, as the newest Kubernetes would. (A pod's own annotation is weighed by the templates.)
 */
export function nativeSidecars(mode: NativeSidecars, nodeName: string | undefined, facts: ClusterFacts): boolean {
  if (mode !== 'auto') return mode === 'enabled'
  const { nodes } = facts
  const own = nodeName === undefined ? undefined : nodes.get(nodeName)
  if (own !== undefined) return own >= stableSince
  for (const minor of nodes.values()) if (minor === undefined || minor < stableSince) return false
  return true
}
