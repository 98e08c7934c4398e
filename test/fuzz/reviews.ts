import { readFileSync } from 'node:fs'
import type { JsonObject } from '../../src/lang/json.ts'
import { reviewFor } from '../../src/testing/reviews.ts'
import { readScenarios } from '../../src/testing/scenarios.ts'

/**
 * Real reviews to begin with: the example, the pods of the golden scenarios, and those of a file with one on each line.
 * The project's own are read from the folder that `npm run` runs in.
 */
export function readReviews(file: string | undefined): readonly JsonObject[] {
  const example = JSON.parse(readFileSync('examples/pod-review.json', 'utf8')) as JsonObject
  const scenarios = readScenarios('test/golden/pods').flatMap(({ input, namespace }) =>
    // The uid is another one at each call, and inputs must be the same for the same seed.
    input.map((pod) => withUid(reviewFor(pod, { namespace }))),
  )
  const given = file === undefined ? [] : readFileSync(file, 'utf8').trim().split('\n')
  return [example, ...scenarios, ...given.map((line) => JSON.parse(line) as JsonObject)]
}

function withUid(review: JsonObject): JsonObject {
  return { ...review, request: { ...(review['request'] as JsonObject), uid: '00000000-0000-4000-8000-000000000000' } }
}
