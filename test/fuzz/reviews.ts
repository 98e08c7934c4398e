import { readFileSync } from 'node:fs'
import type { JsonObject } from '../../src/lang/json.ts'
import { generatedReviews, scenarioReviews } from '../support/scenario-reviews.ts'

/**
 * Real reviews to start from: the example, the pods of the golden scenarios, and a file with one review per line, by
 * default the generated scenarios. Paths are relative to the working directory, the repository's root with `npm run`.
 */
export function readReviews(file: string | undefined): readonly JsonObject[] {
  const example = JSON.parse(readFileSync('examples/pod-review.json', 'utf8')) as JsonObject
  return [example, ...scenarioReviews('test/golden/pods'), ...(file === undefined ? generatedReviews() : linesOf(file))]
}

function linesOf(file: string): readonly JsonObject[] {
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line) as JsonObject)
}
