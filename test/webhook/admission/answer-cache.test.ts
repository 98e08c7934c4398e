import { describe, expect, test } from 'vitest'
import { loadSnapshot } from '../../../src/config/load.ts'
import { inject } from '../../../src/injection/inject.ts'
import { noFacts } from '../../../src/injection/model/facts.ts'
import type { JsonObject } from '../../../src/lang/json.ts'
import { type Answer, answerReview, answerText } from '../../../src/webhook/admission/answer.ts'
import { createAnswerCache } from '../../../src/webhook/admission/answer-cache.ts'
import { isReviewFault, type ReviewRequest, readReview } from '../../../src/webhook/admission/review.ts'

const { snapshot } = loadSnapshot({})

const replica = (changes: JsonObject = {}): JsonObject => ({
  metadata: { generateName: 'web-5d4f8c7b9-', labels: { app: 'web' }, ...changes },
  spec: { containers: [{ name: 'web', image: 'example.com/web:1' }] },
})

function review(object: JsonObject, uid: string, changes: JsonObject = {}): ReviewRequest {
  const request = { uid, namespace: 'shop', operation: 'CREATE', object, ...changes }
  const read = readReview({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request })
  if (isReviewFault(read)) throw new Error(read.fault)
  return read
}

/** Answers reviews through a cache, and counts the pods that are really injected. */
function cachedAnswers(isRepeatable = () => true) {
  const cache = createAnswerCache(isRepeatable)
  let injected = 0
  const injector = {
    hash: snapshot.hash,
    revision: snapshot.revision,
    inject: (request: Parameters<typeof inject>[0]) => {
      injected++
      return inject(request, snapshot, noFacts)
    },
  }
  const plain = (request: ReviewRequest, path: string): Answer =>
    answerReview(request, path, { ...injector, inject: (pod) => inject(pod, snapshot, noFacts) })
  return {
    plain,
    injected: () => injected,
    answer: (request: ReviewRequest, path = '/inject') =>
      cache.answer(request, path, () => answerReview(request, path, injector)),
  }
}

describe('the cache of responses', () => {
  test('answers replicas as without a cache, and injects only two of them', () => {
    const { answer, plain, injected } = cachedAnswers()
    for (const [index, dryRun] of [false, false, true, false].entries()) {
      const request = review(replica(), `uid-${index}`, { dryRun, name: `web-5d4f8c7b9-${index}` })
      const { review: cached, facts, decision } = answer(request)
      expect({ review: cached, facts, decision }).toEqual({
        ...plain(request, '/inject'),
        injection: undefined,
      } as Answer)
      expect(cached.response.uid).toBe(`uid-${index}`)
    }
    expect(injected()).toBe(2)
  })

  test('does not reuse a response for another pod, namespace, path or operation', () => {
    const { answer, plain, injected } = cachedAnswers()
    const replicaReview = review(replica(), 'known')
    for (let time = 0; time < 3; time++) answer(replicaReview)
    expect(injected()).toBe(2)
    const others: readonly (readonly [ReviewRequest, string])[] = [
      [review(replica({ labels: { app: 'web', version: 'v2' } }), '1'), '/inject'],
      [review(replica(), '2', { namespace: 'bank' }), '/inject'],
      [review(replica(), '3'), '/inject/net/n1'],
      [review(replica({ annotations: { 'sidecar.istio.io/proxyCPU': 'x' } }), '4'), '/inject'],
      [review(replica(), '5', { operation: 'UPDATE' }), '/inject'],
    ]
    for (const [request, path] of others) expect(answer(request, path).review).toEqual(plain(request, path).review)
  })

  test('caches nothing if an equal pod could get a different response', () => {
    const { answer, injected } = cachedAnswers(() => false)
    for (let time = 0; time < 4; time++) answer(review(replica(), 'a'))
    expect(injected()).toBe(4)
  })

  test('evicts workloads when there are many, but not those that are requested often', () => {
    const { answer, injected } = cachedAnswers()
    const reviewOf = (name: string) => review(replica({ generateName: name }), 'a')
    for (let time = 0; time < 3; time++) answer(reviewOf('busy-'))
    for (let time = 0; time < 3; time++) answer(reviewOf('idle-'))
    for (let other = 0; other < 400; other++) {
      for (let time = 0; time < 2; time++) answer(reviewOf(`other-${other}-`))
      answer(reviewOf('busy-'))
    }
    const before = injected()
    answer(reviewOf('busy-'))
    expect(injected()).toBe(before)
    answer(reviewOf('idle-'))
    expect(injected()).toBe(before + 1)
  })
})

test('serializes a response as its JSON', () => {
  const { plain } = cachedAnswers()
  for (const object of [replica(), replica({ annotations: { 'sidecar.istio.io/inject': 'false' } })]) {
    const { review: cached } = plain(review(object, 'u"\u2028'), '/inject')
    expect(JSON.parse(answerText(cached))).toEqual(JSON.parse(JSON.stringify(cached)))
  }
})
