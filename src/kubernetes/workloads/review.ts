import { type Json, type JsonObject, lookupString } from '../../lang/json.ts'
import { podPlaces } from './places.ts'
import { namespaceAt, podAt } from './pod.ts'

/**
 * The AdmissionReview in the documents, or the one that an API server would send to create their only pod. `namespace`
 * applies if the manifest sets none; `uid` is the request's. The fault is a sentence without its subject (the file).
 */
export function reviewAmong(
  documents: readonly Json[],
  { namespace, uid }: { readonly namespace: string; readonly uid: string },
): { readonly review: Json } | { readonly fault: string; readonly pods: number } {
  const review = documents.find((value) => lookupString(value, 'kind') === 'AdmissionReview')
  if (review !== undefined && documents.length === 1) return { review }
  const places = documents.flatMap((value) => podPlaces(value))
  const [place] = places
  if (place === undefined) return { fault: 'holds neither an AdmissionReview nor a Pod or workload', pods: 0 }
  if (places.length > 1) {
    return { fault: `holds ${places.length} pods, but a review is for one`, pods: places.length }
  }
  return { review: reviewOf(podAt(place), namespaceAt(place, namespace), uid) }
}

function reviewOf(pod: JsonObject, namespace: string, uid: string): JsonObject {
  const name = lookupString(pod, 'metadata', 'name')
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid,
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      ...(name === '' ? {} : { name }),
      namespace,
      operation: 'CREATE',
      object: pod,
      dryRun: true,
    },
  }
}
