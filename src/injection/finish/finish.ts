import type { Observe } from '../../explain/provenance/observer.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import { own } from '../../lang/json.ts'
import type { Warning } from '../model/injection.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Prepared } from '../prepare/prepare.ts'
import { setClusterEnvironment } from './environment.ts'
import { stamp } from './metadata.ts'
import { annotateSecurePort, mergeMetrics } from './metrics.ts'
import { orderContainers } from './order.ts'
import { rewriteProbes } from './probes.ts'

/** Everything after the merge, in the order that Istio's contract gives: each step takes a pod and returns a pod. */
export function finish(
  pod: Pod,
  rendered: Pod,
  { environment, environmentBefore, hold }: Prepared,
  snapshot: Snapshot,
  observe?: Observe,
): { readonly pod: Pod; readonly warnings: readonly Warning[] } {
  const { mesh, values, revision, injectedAnnotations } = snapshot
  const hash = snapshot.stampHash ? snapshot.hash : undefined
  const { statusPort } = mesh.defaultConfig
  const withCluster = setClusterEnvironment(pod, environment, environmentBefore)
  observe?.({ name: 'cluster-environment' }, withCluster)
  const scraped = mergeMetrics(withCluster, { enablePrometheusMerge: mesh.enablePrometheusMerge, statusPort })
  observe?.({ name: 'metrics' }, scraped.pod)
  const secured = annotateSecurePort(scraped.pod)
  observe?.({ name: 'secure-port' }, secured)
  const probed = rewriteProbes(secured, { values, statusPort })
  observe?.({ name: 'probes' }, probed.pod)
  const network = own(environment, 'ISTIO_META_NETWORK')
  const stamped = stamp(probed.pod, rendered, { network, revision, injectedAnnotations, hash })
  observe?.({ name: 'stamp' }, stamped)
  const ordered = orderContainers(stamped, hold)
  observe?.({ name: 'order' }, ordered)
  return { pod: ordered, warnings: [...scraped.warnings, ...probed.warnings] }
}
