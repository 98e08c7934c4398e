import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Operation } from '../../../src/kubernetes/patch/operation.ts'
import { patchText } from '../../../src/kubernetes/patch/text.ts'
import type { Json } from '../../../src/lang/json.ts'
import { share } from '../../../src/lang/shared.ts'

const strings = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', '"', '\\', '\u2028', '\ud800'),
)
const values = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, 0, -0, 1e21, 1.5),
    strings,
    fc.array(tie('value')),
    fc.dictionary(strings, tie('value'), { noNullPrototype: true }),
  ),
})).value

test('a patch is written like JSON.stringify does, including shared parts', () => {
  fc.assert(
    fc.property(values, values, strings, (value, part, path) => {
      const shared = share(part)
      const patch: readonly Operation[] = [
        { op: 'add', path, value: [value, shared] },
        { op: 'remove', path },
        { op: 'replace', path, value: { shared, value } },
      ]
      expect(patchText(patch)).toBe(JSON.stringify(patch))
      expect(patchText(patch)).toBe(JSON.stringify(patch))
    }),
  )
  expect(patchText([])).toBe('[]')
})

test('a value that its owner has frozen is written with its current parts', () => {
  const labels: Record<string, string> = { app: 'web' }
  const patch: readonly Operation[] = [{ op: 'add', path: '/metadata', value: Object.freeze({ labels }) }]
  expect(patchText(patch)).toBe(JSON.stringify(patch))
  labels['app'] = 'api'
  expect(patchText(patch)).toBe(JSON.stringify(patch))
})
