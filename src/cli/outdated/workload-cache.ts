import { sha256 } from '../../config/hash.ts'
import { isObject, type JsonObject, lookup, own } from '../../lang/json.ts'
import type { WorkloadId } from '../diff/workloads.ts'
import type { SidecarState } from './evaluate.ts'

type Evaluate = (pod: JsonObject, id: WorkloadId) => Promise<SidecarState>

/** Evaluates equal replicas of a workload once: the last result of each workload is cached. */
export function cachePerWorkload(evaluate: Evaluate): Evaluate {
  const last = new Map<string, { readonly fingerprint: string; readonly result: SidecarState }>()
  return async (pod, id) => {
    const key = JSON.stringify(id)
    const fingerprint = fingerprintOf(pod)
    const known = last.get(key)
    if (known?.fingerprint === fingerprint) return known.result
    const result = await evaluate(pod, id)
    last.set(key, { fingerprint, result })
    return result
  }
}

/** Equal for replicas: everything that affects injection, without the node and the token volume. */
function fingerprintOf(pod: JsonObject): string {
  const metadata = ['generateName', 'labels', 'annotations', 'ownerReferences'].map(
    (key) => lookup(pod, 'metadata', key) ?? null,
  )
  const spec = own(pod, 'spec')
  const { nodeName: _node, ...rest } = isObject(spec) ? spec : {}
  // Its name ends in five generated letters.
  const text = JSON.stringify([metadata, rest]).replaceAll(/"kube-api-access-[a-z0-9]{5}"/g, '""')
  return sha256(text)
}
