import { describe, expect, it } from 'vitest'
import { failureOf, render } from './render.ts'

describe('numbers', () => {
  it.each([
    [
      '{{ add 9223372036854775807 1 }} {{ div -7 2 }} {{ mod -7 3 }} {{ max 1 "0x10" 3.9 }} {{ div -9223372036854775808 -1 }}',
      '-9223372036854775808 -3 -1 16 -9223372036854775808',
    ],
    [
      '{{ int "010" }} {{ int "1_0" }} {{ int "_1" }} {{ int "5.00" }} {{ int "5.5" }} {{ int64 9.3e18 }} {{ atoi "99999999999999999999" }}',
      '8 10 0 5 0 -9223372036854775808 9223372036854775807',
    ],
    [
      '{{ float64 "1_0.5" }} {{ float64 "0x1p4" }} {{ float64 "-inf" }} {{ float64 "1e400" }} {{ toDecimal "0777" }}',
      '10.5 16 -Inf 0 511',
    ],
    [
      '{{ addf 0.1 0.2 }} {{ divf 1 3 }} {{ divf -2 3 }} {{ mulf 1.1 1.1 1.1 }} {{ divf 4.9e-17 1 }} {{ add1f 0.1 }}',
      '0.3 0.3333333333333333 -0.6666666666666667 1.331 0 1.1',
    ],
    [
      '{{ round 2.5 0 }} {{ round -1.4 0 }} {{ round 1250 -2 }} {{ round 1.5 0 0.7 }} {{ ceil -0.5 }} {{ minf 1.5 "0.5" }}',
      '3 -2 1300 1 -0 0.5',
    ],
    [
      '{{ until -3 }} {{ untilStep 0 10 3 }} {{ untilStep 0 5 0 }} [{{ seq 5 1 }}] [{{ seq 1 2 10 }}] [{{ seq 5 2 1 }}]',
      '[0 -1 -2] [0 3 6 9] [] [5 4 3 2 1] [1 3 5 7 9] []',
    ],
  ])('%s', (text, output) => expect(render(text)).toBe(output))

  it('fails on a division by zero and on numbers that are not decimals', () => {
    expect(failureOf('{{ div 1 0 }}')).toContain('integer divide by zero')
    expect(failureOf('{{ divf 1 0 }}')).toContain('decimal division by 0')
    expect(failureOf('{{ addf (float64 "Inf") 1 }}')).toContain('Cannot create a Decimal from +Inf')
  })
})
