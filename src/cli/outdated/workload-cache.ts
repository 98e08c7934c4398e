import { sha256 } from '../../config/hash.ts'
import { isObject, type JsonObject, lookup, own } from '../../lang/json.ts'
import type { WorkloadId } from '../diff/workloads.ts'
import type { SidecarState } from './evaluate.ts'

type Judging = (pod: JsonObject, id: WorkloadId) => Promise<SidecarState>

/** Judges the replicas of a workload once, as long as they are made alike: of each workload the last verdict is kept. */
export function cachePerWorkload(judging: Judging): Judging {
  const last = new Map<string, { readonly likeness: string; readonly verdict: SidecarState }>()
  return async (pod, id) => {
    const key = JSON.stringify(id)
    const likeness = likenessOf(pod)
    const known = last.get(key)
    if (known?.likeness === likeness) return known.verdict
    const verdict = await judging(pod, id)
    last.set(key, { likeness, verdict })
    return verdict
  }
}

/** What replicas have in common: all that counts for an injection, without the node and the volume of the token. */
function likenessOf(pod: JsonObject): string {
  const metadata = ['generateName', 'labels', 'annotations', 'ownerReferences'].map(
    (key) => lookup(pod, 'metadata', key) ?? null,
  )
  const spec = own(pod, 'spec')
  const { nodeName: _node, ...rest } = isObject(spec) ? spec : {}
  // Its name ends in five letters that the API server makes up.
  const text = JSON.stringify([metadata, rest]).replaceAll(/"kube-api-access-[a-z0-9]{5}"/g, '""')
  return sha256(text)
}
