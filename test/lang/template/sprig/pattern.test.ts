import { expect, test } from 'vitest'
import { patternOf } from '../../../../src/lang/template/sprig/regex/pattern.ts'

test('patterns stay compiled, as many as have so many instructions together', () => {
  const small = patternOf('^a+$')
  expect(patternOf('^a+$')).toBe(small)
  for (let number = 0; number < 6; number++) patternOf(`${'b{900}'.repeat(20)}${number}`)
  expect(patternOf('^a+$')).not.toBe(small)
})
