import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { strategicMerge as merge } from '../../src/kubernetes/merge/merge.ts'
import { struct } from '../../src/kubernetes/schema/schema.ts'
import { isObject, type Json, type JsonObject } from '../../src/lang/json.ts'
import { readLines, type Suite, suiteOf } from './suite.ts'

interface MergeCase {
  readonly name: string
  readonly original: JsonObject
  readonly patch: JsonObject
  readonly expected: JsonObject
}

/** Merging a patch into a pod, with what Kubernetes' strategic merge makes of them. */
export function strategicMerge(folder: string): Suite {
  return suiteOf(readLines<MergeCase>(join(folder, 'cases.jsonl')), ({ original, patch, expected }) => {
    const before = JSON.stringify([original, patch])
    const merged = merge(struct('Pod'), original, patch)
    if (JSON.stringify([original, patch]) !== before) return 'an input was modified'
    if (isDeepStrictEqual(merged, asTyped(expected))) return undefined
    return `expected ${JSON.stringify(asTyped(expected), null, 2)}\nactual   ${JSON.stringify(merged, null, 2)}`
  })
}

/**
 * The reference implementation leaves nulls and directives in a new list item; they disappear when Kubernetes reads its
 * result into a Pod. Ours removes them at once, as a directive must never end up in a result.
 */
function asTyped(value: Json): Json {
  if (Array.isArray(value)) return value.map(asTyped)
  if (!isObject(value)) return value
  const fields = Object.entries(value).filter(([key, field]) => field !== null && !key.startsWith('$'))
  return Object.fromEntries(fields.map(([key, field]) => [key, asTyped(field)]))
}
