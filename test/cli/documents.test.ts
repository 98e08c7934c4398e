import { expect, test } from 'vitest'
import { splitDocuments } from '../../src/cli/manifests/documents.ts'

test('a dump of a whole cluster keeps every object', () => {
  const [document] = splitDocuments(`{"items": [${'0,'.repeat(600_000)}{}]}`)
  expect(document?.fault).toBeUndefined()
  expect(document?.value).toHaveProperty('items.600000', {})
})

test('what is no data is a fault with its line and path, and hides no other document', () => {
  const [good, deep] = splitDocuments(`a: 1\n---\nb: ${'['.repeat(120)}${']'.repeat(120)}\n`)
  expect(good?.value).toEqual({ a: 1 })
  expect(deep).toMatchObject({
    value: undefined,
    fault: expect.stringMatching(/^3:1: b\[0\].* is nested deeper than 100 levels$/),
  })
})
