import { setFlagsFromString } from 'node:v8'
import type { Json } from '../../lang/json.ts'
import { type Answer, answerText } from '../../webhook/admission/answer.ts'
import type { ReviewFault } from '../../webhook/admission/faults.ts'
import { isReviewFault } from '../../webhook/admission/review.ts'

/**
 * Answers made-up reviews for the given number of milliseconds, or until the configuration fails on them. Without this,
 * the first reviews of a new process take about ten times as long as later ones.
 */
export function warmUp(answer: (document: Json, path: string) => Answer | ReviewFault, milliseconds = 50): void {
  const end = performance.now() + milliseconds
  try {
    for (let index = 0; performance.now() < end; index++) {
      const answered = answer(JSON.parse(reviewOf(`warm-up-${index}`)), '/inject')
      if (!isReviewFault(answered)) answerText(answered.review)
    }
  } catch {
    // A real review of such a pod will report the error.
  }
}

/**
 * Lets the heap grow by less than a third between collections of old objects, where V8 would let a small heap grow fourfold:
 * the live data of a server hardly changes, and the rest is garbage.
 */
export function growSlowly(): void {
  // V8 reads this flag at each collection.
  setFlagsFromString('--heap-growing-percent=30')
}

/** Each pod is a workload of its own, so that no response comes from the cache. */
function reviewOf(name: string): string {
  const labels = { app: name, 'pod-template-hash': '5d4f8c7b9' }
  const annotations = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080' }
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${name}-5d4f8c7b9`, uid: '1', controller: true }
  const probe = { httpGet: { path: '/ready', port: 'http', scheme: 'HTTP' }, periodSeconds: 10 }
  const container = {
    name,
    image: 'example.com/warm-up:1',
    ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
    env: [{ name: 'POD_IP', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.podIP' } } }],
    readinessProbe: probe,
    resources: { requests: { cpu: '100m' } },
    volumeMounts: [{ name: 'token', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true }],
  }
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: `${name}-5d4f8c7b9-`, labels, annotations, ownerReferences: [owner] },
    spec: { containers: [container], serviceAccountName: 'default', volumes: [{ name: 'token', emptyDir: {} }] },
  }
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: { uid: name, namespace: 'default', operation: 'CREATE', object },
  })
}
