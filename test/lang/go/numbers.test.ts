import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { floatText, formatFloat } from '../../../src/lang/go/float.ts'
import { intOf } from '../../../src/lang/go/int.ts'
import { readFloat, readInt } from '../../../src/lang/template/numbers.ts'

describe('floats', () => {
  it.each([
    [15020, '15020'],
    [999999, '999999'],
    [1e6, '1e+06'],
    [-12345678, '-1.2345678e+07'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [0, '0'],
    [-0, '-0'],
    [5e-324, '5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [Number.NaN, 'NaN'],
    [-1 / 0, '-Inf'],
  ])('%d prints as %s', (value, text) => {
    expect(floatText(value)).toBe(text)
    expect(formatFloat(value, 'g')).toBe(text)
  })

  it('print with the fewest digits that read back as the same number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        for (const verb of ['e', 'f', 'g'] as const) expect(readFloat(formatFloat(value, verb))).toBe(value)
        expect(floatText(value)).toBe(formatFloat(value, 'g'))
      }),
    )
  })

  it('round exactly, halves to even', () => {
    expect([0.5, 1.5, 2.5, 1e23, 123456789.98765].map((value) => formatFloat(value, 'f', 0))).toEqual([
      '0',
      '2',
      '2',
      '99999999999999991611392',
      '123456790',
    ])
    expect(formatFloat(9.995, 'f', 2)).toBe('9.99')
    expect(formatFloat(0.05, 'e', 20)).toBe('5.00000000000000027756e-02')
    expect(formatFloat(999.5, 'g', 3)).toBe('1e+03')
  })
})

describe('integers', () => {
  it('wrap around at their size', () => {
    expect(intOf(9223372036854775808n).value).toBe(-9223372036854775808n)
    expect(intOf(-1, 'uint8').value).toBe(255n)
    expect(intOf(300, 'int8').value).toBe(44n)
  })

  it('are read as Go literals', () => {
    const texts = ['0x1F', '0b11', '0o17', '017', '1_000', '-0x_f', '08', '1__0', '0x', '', '1e3']
    expect(texts.map(readInt)).toEqual([
      31n,
      3n,
      15n,
      15n,
      1000n,
      -15n,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })
})
