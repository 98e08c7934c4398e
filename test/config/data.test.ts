import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultConfig, defaultValues } from '../../src/config/defaults.ts'
import { assign, readSet } from '../../src/config/set-values.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { canonicalJson, copyJson, mergeValues } from '../../src/lang/json-data.ts'
import { nearest } from '../../src/lang/text/nearest.ts'

function set(values: JsonObject, ...args: readonly string[]): JsonObject {
  return args.flatMap(readSet).reduce(assign, values)
}

describe('mergeValues', () => {
  test('joins objects key by key, removes what is null, replaces everything else', () => {
    const base = { a: { b: 1, c: 2 }, list: [1, 2], gone: true, text: 'x' }
    const overlay = { a: { c: null, d: { e: null, f: 1 } }, list: [3], gone: null, text: { now: 'an object' } }
    expect(mergeValues(base, overlay)).toEqual({ a: { b: 1, d: { f: 1 } }, list: [3], text: { now: 'an object' } })
    expect(base).toEqual({ a: { b: 1, c: 2 }, list: [1, 2], gone: true, text: 'x' })
  })

  test('a key named __proto__ is data', () => {
    const merged = mergeValues({}, JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}'))
    expect(JSON.stringify(merged)).toBe('{"__proto__":{"polluted":true},"constructor":1}')
    expect('polluted' in {}).toBe(false)
  })

  test('an overlay of nothing changes nothing, and merging twice is merging once', () => {
    const values = fc.dictionary(
      fc.string(),
      fc.letrec<{ json: JsonObject }>((tie) => ({
        json: fc.dictionary(
          fc.string(),
          fc.oneof(fc.integer(), fc.constant(null), tie('json')),
        ) as fc.Arbitrary<JsonObject>,
      })).json,
    )
    fc.assert(
      fc.property(values, values, (base, overlay) => {
        expect(mergeValues(base, {})).toEqual(base)
        const once = mergeValues(base, overlay)
        expect(mergeValues(once, overlay)).toEqual(once)
      }),
    )
  })
})

describe('copyJson', () => {
  test('gives a frozen copy that shares nothing with the caller', () => {
    const mine = { a: [{ b: 1, absent: undefined }] }
    const { json, problems } = copyJson(mine)
    expect(problems).toEqual([])
    expect(JSON.stringify(json)).toBe('{"a":[{"b":1}]}')
    expect(Object.isFrozen(json)).toBe(true)
    expect(Object.isFrozen(mine)).toBe(false)
  })

  test('names what is not data, each with its path', () => {
    const { problems } = copyJson({ when: new Date(0), list: [1, () => 1], nan: Number.NaN, map: new Map() })
    expect(problems.map(({ path }) => path)).toEqual([['when'], ['list', 1], ['nan'], ['map']])
  })

  test('what refers to itself, or is far too large, is a problem and no crash', () => {
    const loop: Record<string, unknown> = {}
    loop['self'] = loop
    expect(copyJson(loop).problems[0]).toMatchObject({ code: 'too-deep', limit: 100 })
    let bomb: unknown = 'lol'
    for (let level = 0; level < 40; level++) bomb = [bomb, bomb]
    expect(copyJson(bomb).problems[0]).toMatchObject({ code: 'too-many-values', limit: 500_000 })
  })
})

test('canonicalJson is the same for the same data in another order', () => {
  expect(canonicalJson({ b: [1, { d: 1, c: undefined }], a: null })).toBe('{"a":null,"b":[1,{"d":1}]}')
  expect(canonicalJson({ b: 1, a: 2 })).toBe(canonicalJson({ a: 2, b: 1 }))
  expect(canonicalJson(['1'])).not.toBe(canonicalJson([1]))
})

describe('--set', () => {
  // What Helm 3's own parser gives.
  test.each<[string, JsonObject]>([
    ['a=b', { a: 'b' }],
    ['a.b.c=1', { a: { b: { c: 1 } } }],
    ['a=1,b=x', { a: 1, b: 'x' }],
    ['a=true,b=false', { a: true, b: false }],
    ['a=', { a: '' }],
    ['a=1.5', { a: '1.5' }],
    ['a=007,b=0,c=-5', { a: '007', b: 0, c: -5 }],
    ['a=1e3,b=99999999999999999999', { a: '1e3', b: '99999999999999999999' }],
    ['a={x,y,1}', { a: ['x', 'y', 1] }],
    ['a={}', { a: [] }],
    ['a={x},b=1', { a: ['x'], b: 1 }],
    ['a[1].b=c', { a: [null, { b: 'c' }] }],
    ['a[0][1]=x', { a: [[null, 'x']] }],
    ['a\\.b/c=x\\,y', { 'a.b/c': 'x,y' }],
    ['a=b=c', { a: 'b=c' }],
    ['a="x y"', { a: '"x y"' }],
    ['__proto__.x=1', JSON.parse('{"__proto__":{"x":1}}')],
  ])('%s', (argument, expected) => {
    expect(JSON.stringify(set({}, argument))).toBe(JSON.stringify(expected))
  })

  test('joins what is there; null removes; the values given stay', () => {
    const values = { a: { b: 1, c: 2 }, list: [{ x: 1, y: 2 }] }
    expect(set(values, 'a.b=null', 'a.d=3', 'list[0].x=9')).toEqual({ a: { c: 2, d: 3 }, list: [{ x: 9, y: 2 }] })
    expect(values).toEqual({ a: { b: 1, c: 2 }, list: [{ x: 1, y: 2 }] })
  })

  test.each([
    ['', /is empty/],
    ['a', /has no value for a:/],
    ['a.b,c=1', /has no value for a\.b:/],
    ['.a=1', /empty name/],
    ['a[x]=1', /list index/],
    ['a[99999]=1', /list index/],
    ['a={x', /without a closing }/],
    ['a={x}y', /continues after the }/],
    ['text.b=1', /sets text\.b, but text is a string, not an object/],
    ['text[0]=1', /but text is a string, not a list/],
  ])('%s is refused', (argument, message) => {
    expect(() => set({ text: 'x' }, argument)).toThrow(message)
  })
})

test.each([
  ['native-sidecars', 'nativeSidecars'],
  ['exceptNamespace', 'exceptNamespaces'],
  ['sidcar', 'sidecar'],
  ['entirely-different', undefined],
])('the known name nearest to %s is %s', (name, expected) => {
  expect(nearest(name, ['nativeSidecars', 'exceptNamespaces', 'sidecar', 'x'])).toBe(expected)
})

test('the embedded defaults are frozen', () => {
  expect(defaultValues['global']).toMatchObject({ hub: 'registry.istio.io/release', tag: '1.27.1' })
  expect(Object.keys(defaultConfig.templates)).toEqual(['sidecar', 'gateway', 'grpc-agent', 'grpc-simple'])
  expect(Object.isFrozen(defaultValues['global'])).toBe(true)
  expect(Object.isFrozen(defaultConfig.templates)).toBe(true)
})
