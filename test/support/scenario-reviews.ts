import type { JsonObject } from '../../src/lang/json.ts'
import { reviewFor } from '../../src/testing/reviews.ts'
import { readScenarios } from '../../src/testing/scenarios.ts'

/** The AdmissionReviews of the generated scenarios, from the folder that `npm run` runs in. */
export function generatedReviews(): readonly JsonObject[] {
  return scenarioReviews('conformance/generated')
}

/** An AdmissionReview for each pod of a folder of scenarios, the same at each call. */
export function scenarioReviews(folder: string): readonly JsonObject[] {
  return readScenarios(folder).flatMap(({ input, namespace }) =>
    input.map((pod) => withSameUid(reviewFor(pod, { namespace }))),
  )
}

/** Without this the uid is random, and what is measured or made from the review differs from run to run. */
function withSameUid(review: JsonObject): JsonObject {
  return { ...review, request: { ...(review['request'] as JsonObject), uid: '00000000-0000-4000-8000-000000000000' } }
}
