import { loadSnapshot } from '../../src/config/load.ts'
import { inject } from '../../src/injection/inject.ts'
import { noFacts } from '../../src/injection/model/facts.ts'
import type { Snapshot } from '../../src/injection/model/snapshot.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { answerReview } from '../../src/webhook/admission/answer.ts'
import { isReviewFault, readReview } from '../../src/webhook/admission/review.ts'
import type { AnswerReview } from '../../src/webhook/server/webhook-server.ts'
import { cost } from '../support/cost.ts'

/** An AdmissionReview for the creation of a pod, as JSON. */
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

export const smallPod: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'small' },
  spec: { containers: [{ name: 'app', image: 'app:1' }] },
}

/** Answers reviews as the webhook does, with the embedded configuration or the given one. */
export function answering(current: () => Snapshot = embedded()): AnswerReview {
  return (document, path) => {
    const read = readReview(document)
    if (isReviewFault(read)) return read
    const snapshot = current()
    const { hash, revision } = snapshot
    return answerReview(read, path, { hash, revision, inject: (request) => inject(request, snapshot, noFacts) })
  }
}

function embedded(): () => Snapshot {
  const { snapshot } = loadSnapshot({})
  return () => snapshot
}

/** How long a review takes, in milliseconds; measured again until it is less than `limit`. */
export function reviewCost(answer: AnswerReview, text: string, limit: number): Promise<number> {
  return cost(() => {
    const answered = answer(JSON.parse(text), '/inject')
    if (isReviewFault(answered)) throw new Error(answered.fault)
    JSON.stringify(answered.review)
  }, limit)
}
