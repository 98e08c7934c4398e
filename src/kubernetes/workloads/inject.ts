import type { Json, JsonObject } from '../../lang/json.ts'
import { type PodPlace, podPlaces } from './places.ts'
import { namespaceAt, podAt, putBack, replaceAt } from './pod.ts'

/** A pod of a manifest, and its result. */
export interface PlacedResult<T> {
  readonly place: PodPlace
  readonly result: T
}

/**
 * Injects every pod of a manifest: `inject` is called with the pod as its controller would create it, and the pod's
 * namespace (`namespace` if the manifest sets none). A manifest in which no pod changes is returned as the same object;
 * unchanged parts are shared.
 */
export function injectManifest<T extends { readonly pod: JsonObject }>(
  manifest: Json,
  namespace: string,
  inject: (pod: JsonObject, namespace: string) => T,
): { readonly manifest: Json; readonly results: readonly PlacedResult<T>[] } {
  let changed = manifest
  const results: PlacedResult<T>[] = []
  for (const place of podPlaces(manifest)) {
    const pod = podAt(place)
    const result = inject(pod, namespaceAt(place, namespace))
    results.push({ place, result })
    const workload = putBack(place, pod, result.pod)
    if (workload !== place.workload) changed = replaceAt(changed, place.path, workload)
  }
  return { manifest: changed, results }
}
