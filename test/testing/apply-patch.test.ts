import { expect, test } from 'vitest'
import type { Json } from '../../src/lang/json.ts'
import { applyPatch } from '../../src/testing/apply-patch.ts'

const document = { a: { 'x/y': 1, 'm~n': 2 }, list: [1, 2, 3], nothing: null }

test('returns a changed copy and leaves document and patch alone', () => {
  const before = structuredClone(document)
  const patch: Json[] = [
    { op: 'replace', path: '/a/x~1y', value: 3 },
    { op: 'move', from: '/list/0', path: '/list/2' },
    { op: 'add', path: '/b', value: [] },
    { op: 'add', path: '/b/-', value: 1 },
  ]
  expect(applyPatch(document, patch)).toEqual({ a: { 'x/y': 3, 'm~n': 2 }, list: [2, 3, 1], nothing: null, b: [1] })
  expect(document).toEqual(before)
  expect(patch[2]).toEqual({ op: 'add', path: '/b', value: [] })
})

test.each<[string, Json]>([
  ['replacing a missing field', { op: 'replace', path: '/b', value: 1 }],
  ['removing a missing item', { op: 'remove', path: '/list/3' }],
  ['adding to a missing parent', { op: 'add', path: '/b/c', value: 1 }],
  ['adding beyond the end of a list', { op: 'add', path: '/list/4', value: 1 }],
  ['a failing test', { op: 'test', path: '/list/0', value: 2 }],
  ['an invalid pointer', { op: 'add', path: 'a', value: 1 }],
  ['an unknown operation', { op: 'merge', path: '/a', value: 1 }],
])('rejects %s with an error that names the operation', (_, operation) => {
  expect(() => applyPatch(document, [operation])).toThrow("operation 0 of the patch can't be applied: ")
})
