import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { intOf } from '../../../src/lang/go/int.ts'
import { goJson } from '../../../src/lang/go/json.ts'

describe('JSON as Go writes it', () => {
  it.each([
    [{ b: 1, a: [true, null, 'x'], '10': 0, '9': 0 }, '{"10":0,"9":0,"a":[true,null,"x"],"b":1}'],
    ['<a href="x">&\u2028\u2029\b\0', '"\\u003ca href=\\"x\\"\\u003e\\u0026\\u2028\\u2029\\b\\u0000"'],
    ['\ud800 é 😀', '"\\ufffd é 😀"'],
    [[1e6, 1e20, 1e21, 1e-6, 1e-7, -0, 0.1], '[1000000,100000000000000000000,1e+21,0.000001,1e-7,-0,0.1]'],
    [[9007199254740993n, intOf(9007199254740993n)], '[9007199254740993,9007199254740993]'],
    [
      new Map([
        ['z', { b: 1, a: 2 }],
        ['a', []],
      ] as [string, unknown][]),
      '{"z":{"a":2,"b":1},"a":[]}',
    ],
    [JSON.parse('{"__proto__":1}'), '{"__proto__":1}'],
    [{ '～': 1, '😀': 2 }, '{"～":1,"😀":2}'],
  ])('%#', (value, json) => {
    expect(goJson(value)).toBe(json)
  })

  it('indents, and leaves HTML unescaped, if requested', () => {
    expect(goJson({ a: [1, {}], b: '<>' }, { indent: '  ', plainHtml: true })).toBe(
      '{\n  "a": [\n    1,\n    {}\n  ],\n  "b": "<>"\n}',
    )
  })

  it('is equivalent to JSON.stringify', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(goJson(value))).toEqual(value)
      }),
    )
  })

  it('refuses values that JSON does not have, and endless ones', () => {
    const cycle: unknown[] = []
    cycle.push(cycle)
    let doubled: unknown = 'x'
    for (let level = 0; level < 40; level++) doubled = [doubled, doubled]
    expect(() => goJson(Number.NaN)).toThrow('json: unsupported value: NaN')
    expect(() => goJson([() => 1])).toThrow('json: unsupported type')
    expect(() => goJson(cycle)).toThrow('nested deeper')
    expect(() => goJson(doubled, { limit: 10_000 })).toThrow('longer than 10000')
  })
})
