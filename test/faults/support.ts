import type { JsonObject } from '../../src/json.ts'

/** The text of an AdmissionReview for the creation of a pod. */
export function reviewOf(pod: JsonObject): string {
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'uid-1',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      namespace: 'shop',
      operation: 'CREATE',
      object: pod,
    },
  })
}
