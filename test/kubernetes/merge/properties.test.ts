import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MergeError } from '../../../src/kubernetes/merge/error.ts'
import { mergePod } from '../../../src/kubernetes/merge/merge.ts'
import { isObject, type Json, type JsonObject } from '../../../src/lang/json.ts'
import { deepFreeze } from '../../support/deep-freeze.ts'
import { podLike } from '../../support/pods.ts'
import { runs } from '../../support/properties.ts'

test('a merge returns a pod or throws a MergeError, modifies no input, and is idempotent', () => {
  let merges = 0
  fc.assert(
    fc.property(podLike, podLike.map(withoutTwins), (original, patch) => {
      const merged = mergeOrFault(deepFreeze(original), deepFreeze(patch))
      if (merged === undefined) return
      merges += 1
      expect(mergePod(merged, patch)).toStrictEqual(merged)
      expect(mergePod(original, {})).toBe(original)
    }),
    { numRuns: runs(300) },
  )
  expect(merges).toBeGreaterThan(runs(60))
})

test('for any document, only MergeErrors are thrown', () => {
  const keys = fc.constantFrom(
    ...['metadata', 'spec', 'containers', 'name', 'env', 'volumes', 'finalizers', 'ports', 'containerPort'],
    ...['$patch', '$retainKeys', '$setElementOrder/containers', '$deleteFromPrimitiveList/finalizers', '__proto__'],
  )
  const words = fc.constantFrom<unknown>('a', 'replace', 'delete', 'merge', 80, null, true, '')
  const { document } = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 6 }, words, tie('document'), fc.array(tie('value'), { maxLength: 4 })),
    document: fc.dictionary(keys, tie('value'), { maxKeys: 5 }),
  }))
  fc.assert(
    fc.property(document, document, (original, patch) => {
      mergeOrFault(deepFreeze(original as JsonObject), deepFreeze(patch as JsonObject))
    }),
    { numRuns: runs(300) },
  )
})

/** A pod with two containers of the same name is invalid, and they would merge into one: keeps the first of each name. */
function withoutTwins(pod: JsonObject): JsonObject {
  const spec = pod['spec']
  if (!isObject(spec)) return pod
  const lists = Object.entries(spec).filter(([key]) => key.endsWith('ontainers'))
  return { ...pod, spec: { ...spec, ...Object.fromEntries(lists.map(([key, list]) => [key, firstOfEachName(list)])) } }
}

function firstOfEachName(list: Json): Json {
  if (!Array.isArray(list)) return list
  const names = list.map((item: Json) => (isObject(item) ? item['name'] : undefined))
  return list.filter((_, index) => names.indexOf(names[index]) === index)
}

function mergeOrFault(original: JsonObject, patch: JsonObject): JsonObject | undefined {
  try {
    return mergePod(original, patch)
  } catch (error) {
    if (error instanceof MergeError) return undefined
    throw error
  }
}
