import { expect, test } from 'vitest'
import { patternOf } from '../../../../src/lang/template/sprig/regex/pattern.ts'

test('compiled patterns are cached up to a total number of instructions', () => {
  const small = patternOf('^a+$')
  expect(patternOf('^a+$')).toBe(small)
  for (let number = 0; number < 6; number++) patternOf(`${'b{900}'.repeat(20)}${number}`)
  expect(patternOf('^a+$')).not.toBe(small)
})
