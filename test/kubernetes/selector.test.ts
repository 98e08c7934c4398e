import { describe, expect, test } from 'vitest'
import { readSelector } from '../../src/kubernetes/selector.ts'
import { describeSelectorFault, type SelectorFault, selectorReasons } from '../../src/kubernetes/selector-fault.ts'
import type { Json } from '../../src/lang/json.ts'

const expression = (fields: object): Json => ({
  matchExpressions: [{ key: 'app', operator: 'In', values: ['x'], ...fields }],
})

/** For each code a selector with that fault, and the whole sentence. */
const cases: Readonly<Record<SelectorFault['code'], readonly [Json, string]>> = {
  'not-an-object': [[], 'must be an object'],
  'not-a-list': [{ matchExpressions: {} }, 'matchExpressions: must be a list'],
  'not-a-string': [{ matchLabels: { 'a/b': 1 } }, 'matchLabels["a/b"]: must be a string'],
  'not-strings': [expression({ values: [1] }), 'matchExpressions[0].values: must be a list of strings'],
  'unknown-selector-field': [{ matchLabel: {} }, 'matchLabel: unknown field'],
  'no-label-name': [expression({ key: '' }), 'matchExpressions[0].key: must be the name of a label'],
  'unknown-operator': [
    expression({ operator: 'Like' }),
    'matchExpressions[0].operator: must be one of In, NotIn, Exists, DoesNotExist',
  ],
  'operator-without-values': [expression({ values: [] }), 'matchExpressions[0].values: In needs at least one value'],
  'operator-with-values': [expression({ operator: 'Exists' }), 'matchExpressions[0].values: Exists takes no values'],
  'not-a-label-key': [{ matchLabels: { 'a b': 'x' } }, 'matchLabels["a b"]: "a b" is not a label key'],
  'not-a-label-value': [expression({ values: ['a b'] }), 'matchExpressions[0]: "a b" is not a label value'],
}

describe('every fault of a label selector', () => {
  test('has a selector with it', () => {
    expect(Object.keys(cases).sort()).toEqual(Object.keys(selectorReasons).sort())
  })

  test.each(Object.entries(cases))('%s', (code, [selector, sentence]) => {
    const { faults } = readSelector(selector)
    expect(faults.map((fault) => [fault.code, describeSelectorFault(fault)])).toEqual([[code, sentence]])
  })
})
