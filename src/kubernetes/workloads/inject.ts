import type { Json, JsonObject } from '../../lang/json.ts'
import { type PodPlace, podPlaces } from './places.ts'
import { namespaceAt, podAt, putBack, replaceAt } from './pod.ts'

/** One place of a manifest and what came of its pod. */
export interface PlacedResult<T> {
  readonly place: PodPlace
  readonly result: T
}

/**
 * Injects every pod of a manifest: `inject` gets the pod as its controller would create it and the namespace it will live
 * in (`namespace` where the manifest names none). A manifest without pods, or whose pods all stay as they are, is given
 * back as the same object; all else in it is shared.
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
