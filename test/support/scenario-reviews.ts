import type { JsonObject } from '../../src/lang/json.ts'
import { reviewFor } from '../../src/testing/reviews.ts'
import { readScenarios } from '../../src/testing/scenarios.ts'

/** The AdmissionReviews of the generated scenarios, relative to the working directory. */
export function generatedReviews(): readonly JsonObject[] {
  return scenarioReviews('conformance/generated')
}

/** An AdmissionReview for each pod of a folder of scenarios, the same on every call. */
export function scenarioReviews(folder: string): readonly JsonObject[] {
  return readScenarios(folder).flatMap(({ input, namespace }) =>
    input.map((pod) => withSameUid(reviewFor(pod, { namespace }))),
  )
}

/** A fixed uid: with a random one, what is measured or generated from the review would differ from run to run. */
function withSameUid(review: JsonObject): JsonObject {
  return { ...review, request: { ...(review['request'] as JsonObject), uid: '00000000-0000-4000-8000-000000000000' } }
}
