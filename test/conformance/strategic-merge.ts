import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { mergePod } from '../../src/kubernetes/merge/merge.ts'
import { isObject, type Json, type JsonObject } from '../../src/lang/json.ts'
import { runSuite, type SuiteResult } from './suite.ts'

interface Case {
  readonly name: string
  readonly original: JsonObject
  readonly patch: JsonObject
  readonly expected: JsonObject
}

/** The cases that Kubernetes' reference implementation computed: `strategic-merge/cases.jsonl`. */
export function strategicMerge(shared: string): SuiteResult {
  const lines = readFileSync(join(shared, 'strategic-merge', 'cases.jsonl'), 'utf8')
    .trim()
    .split('\n')
  const cases = lines.map((line): Case => JSON.parse(line))
  return runSuite('strategic-merge', cases, ({ original, patch, expected }) => {
    const before = JSON.stringify([original, patch])
    const merged = mergePod(original, patch)
    if (JSON.stringify([original, patch]) !== before) return 'an input was modified'
    if (isDeepStrictEqual(merged, asTyped(expected))) return undefined
    return `expected ${JSON.stringify(asTyped(expected), null, 2)}\nactual   ${JSON.stringify(merged, null, 2)}`
  })
}

/**
 * The reference implementation leaves nulls and `$retainKeys` in a list item that is new; they go when Kubernetes reads its
 * result into a Pod. Here they are gone at once, as a directive must never end up in a result.
 */
function asTyped(value: Json): Json {
  if (Array.isArray(value)) return value.map(asTyped)
  if (!isObject(value)) return value
  const fields = Object.entries(value).filter(([key, field]) => field !== null && key !== '$retainKeys')
  return Object.fromEntries(fields.map(([key, field]) => [key, asTyped(field)]))
}
