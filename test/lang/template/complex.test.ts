import { describe, expect, it } from 'vitest'
import { Complex } from '../../../src/lang/go/complex.ts'
import { plainValue } from '../../../src/lang/template/plain-value.ts'
import { sprigFunctions } from '../../../src/lang/template/sprig/index.ts'
import { failure, render } from './render.ts'

const functions = sprigFunctions

// What Go writes.
describe('a complex literal', () => {
  it.each([
    ['1i 0i -0i 2.5i .5e3i 1.i 010i 1_000i', '(0+1i) (0+0i) (0-0i) (0+2.5i) (0+500i) (0+1i) (0+10i) (0+1000i)'],
    ['0x1p-2i 0X.8p1i 1e+2i 1e-400i 1e21i', '(0+0.25i) (0+1i) (0+100i) (0+0i) (0+1e+21i)'],
    ['1+2i -1-2i .5+.5i 1e2-3e4i 0x1p3+0x1p-3i -0+0i', '(1+2i) (-1-2i) (0.5+0.5i) (100-30000i) (8+0.125i) (-0+0i)'],
  ])('%s', (literals, output) => {
    const actions = literals.split(' ').map((literal) => `{{${literal}}}`)
    expect(render(actions.join(' '))).toBe(output)
  })

  it.each([
    ['1+2', 'bad number syntax: "1+2"'],
    ['1++2i', 'bad number syntax: "1+"'],
    ['1+ 2i', 'bad number syntax: "1+"'],
    ['1+2ix', 'bad number syntax: "1+2ix"'],
    ['1i2', 'bad number syntax: "1i2"'],
    ['0x10i', 'illegal number syntax: "0x10i"'],
    ['1e400i', 'illegal number syntax: "1e400i"'],
    ['+i', 'illegal number syntax: "+i"'],
    ['1+i', 'syntax error scanning complex number'],
    ['1i+2i', 'syntax error scanning complex number'],
    ['0b1+1i', 'syntax error scanning complex number'],
    ['0x10+1i', 'strconv.ParseFloat: parsing "0x10": invalid syntax'],
    ['1+1e400i', 'strconv.ParseFloat: parsing "+1e400": value out of range'],
    ['1i.x', 'unexpected . after term "1i"'],
    ['2-1i-1i', 'unexpected "-1i" in operand'],
    ['1 | 2i', 'non executable command in pipeline stage 2'],
  ])('%s is an error of the parser', (literal, reason) => {
    expect(failure(`{{ ${literal} }}`)).toMatchObject({ stage: 'parse', reason })
  })

  it('is a number of another type if its imaginary part is zero, where that type is expected', () => {
    expect(
      render(
        '{{ until 2+0i }} {{ repeat 0i "x" }} {{ round 1.25 1 0.5+0i }} {{ printf "%T" 2+0i }}',
        {},
        { functions },
      ),
    ).toBe('[0 1]  1.3 complex128')
    expect(failure('{{ until 1i }}', {}, { functions }).reason).toBe('expected integer; found 1i')
    expect(failure('{{ until 1.5+0i }}', {}, { functions }).reason).toBe('expected integer; found 1.5+0i')
    expect(failure('{{ round 1.25 1 1i }}', {}, { functions }).reason).toBe('expected float; found 1i')
    expect(failure('{{ upper 1i }}', {}, { functions }).reason).toBe('expected string; found 1i')
  })
})

describe('a complex number', () => {
  it.each([
    ['{{ print 1+2i 3i "a" }} {{ list 1i "b" }} {{ dict "a" 1-1i }}', '(1+2i) (0+3i)a [(0+1i) b] map[a:(1-1i)]'],
    ['{{ printf "%v %+v %#v %T" 1.5-2i 1.5-2i 1.5-2i 1i }}', '(1.5-2i) (1.5-2i) (1.5-2i) complex128'],
    ['{{ printf "%.1f %8.2f %+e" 1+2i 1+2i 1+2i }}', '(1.0+2.0i) (    1.00   +2.00i) (+1.000000e+00+2.000000e+00i)'],
    ['{{ printf "%d %s %q" 1i 1i 1+2i }}', '%!d(complex128=(0+1i)) %!s(complex128=(0+1i)) %!q(complex128=(1+2i))'],
    [
      '{{ eq 1+2i 1+2i }} {{ ne 1i 2i }} {{ eq 1i 2i 1i }} {{ eq 0i -0i }} {{ eq 1i nil }}',
      'true true true true false',
    ],
    ['{{ if 0i }}a{{ else if 1i }}b{{ end }} {{ not -0i }} {{ or 0i 2i }} {{ and 1i 0i }}', 'b true (0+2i) (0+0i)'],
    ['{{ with $x := 1i }}{{ $x }}{{ . }}{{ end }}', '(0+1i)(0+1i)'],
    ['{{ int 7i }} {{ int64 3+0i }} {{ float64 3.5+0i }} {{ add 1i 2 }} {{ addf 1i 1 }}', '0 0 0 2 1'],
    [
      '{{ toString 1+2i }} {{ quote 1i }} {{ cat 1i "x" }} {{ join "," (list 1i 2) }}',
      '(1+2i) "(0+1i)" (0+1i) x (0+1i),2',
    ],
    ['{{ typeOf 1i }} {{ kindOf 1i }} {{ kindIs "complex128" 1i }}', 'complex128 complex128 true'],
    ['{{ default "d" 0i }} {{ default "d" 1i }} {{ empty 0i }} {{ coalesce 0i 2i }}', 'd (0+1i) true (0+2i)'],
    [
      '{{ deepEqual 1i 1i }} {{ deepEqual 1i 1 }} {{ has 1i (list 1i) }} {{ uniq (list 1i 1i) }}',
      'true false true [(0+1i)]',
    ],
    ['{{ merge (dict "a" 0i) (dict "a" 1i) }} {{ compact (list 0i 1i) }}', 'map[a:(0+0i)] [(0+1i)]'],
    ['[{{ toJson 1i }}] [{{ toPrettyJson (list 1i) }}]', '[] []'],
    ['{{ html 1i }} {{ js 1+2i }} {{ urlquery 1+2i }}', '(0+1i) (1+2i) %281%2B2i%29'],
  ])('%s', (text, output) => {
    expect(render(text, {}, { functions })).toBe(output)
  })

  it.each([
    ['lt 1i 2i', 'invalid type for comparison'],
    ['ge 1i 1i', 'invalid type for comparison'],
    ['lt 1i 2', 'incompatible types for comparison: complex128 and int'],
    ['eq 1i 1', 'incompatible types for comparison: complex128 and int'],
    ['eq 1.0 1i', 'incompatible types for comparison: float64 and complex128'],
    ['len 1i', 'len of type complex128'],
    ['index 1i 0', "can't index item of type complex128"],
    ['index (list 1) 1i', 'cannot index slice/array with type complex128'],
    ['(1i).x', "can't evaluate field x in type complex128"],
    ['1i 2', "can't give argument to non-function 1i"],
    ['upper (first (list 1i))', 'wrong type for value; expected string; got complex128'],
    ['mustToJson 1i', 'json: unsupported type: complex128'],
    ['range 1i', "range can't iterate over (0+1i)"],
  ])('%s is an error', (action, reason) => {
    const text = action.startsWith('range') ? `{{ ${action} }}{{ end }}` : `{{ ${action} }}`
    const error = failure(text, {}, { functions })
    expect(error.stage).toBe('exec')
    expect(error.reason).toContain(reason)
  })

  it("can't be part of a document", () => {
    expect(() => plainValue({ a: [new Complex(1, 2)] })).toThrow("a complex number can't be part of a document")
  })
})
