import type { JsonObject } from '../../src/lang/json.ts'

/** A pod of two containers, the first with `count` environment variables. */
export function podWithVariables(count: number): JsonObject {
  const env = Array.from({ length: count }, (_, index) => ({ name: `VARIABLE_${index}`, value: `value ${index}` }))
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'large', namespace: 'shop', labels: { app: 'large' } },
    spec: {
      containers: [
        { name: 'large', image: 'example.com/large:1', env, ports: [{ containerPort: 8080 }] },
        { name: 'small', image: 'example.com/small:1' },
      ],
    },
  }
}

/** An AdmissionReview for the creation of a pod, as JSON. */
export function reviewOf(pod: JsonObject): string {
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '00000000-0000-4000-8000-00000000ffff',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      namespace: 'shop',
      operation: 'CREATE',
      object: pod,
    },
  })
}
