import { describe, expect, it } from 'vitest'
import { intOf } from '../../../src/lang/go/int.ts'
import { share } from '../../../src/lang/shared.ts'
import { define } from '../../../src/lang/template/functions.ts'
import { sprigFunctions } from '../../../src/lang/template/sprig/index.ts'
import { StructValue, setKey, type Value } from '../../../src/lang/template/value.ts'
import { failure, render } from './render.ts'

class Struct extends StructValue {
  readonly typeName = 'v1.Thing'
  readonly secret = 'secret'

  field(name: string): Value {
    return name === 'Name' ? 'n' : undefined
  }

  json(): unknown {
    return {}
  }
}

const inherited = [
  'constructor',
  '__proto__',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  '__defineGetter__',
  '__lookupGetter__',
  'toLocaleString',
]
const ofKinds = [
  'length',
  'call',
  'apply',
  'bind',
  'name',
  'push',
  'at',
  'charAt',
  'value',
  'kind',
  'secret',
  'typeName',
  'field',
  'json',
]
const globals = [
  'process',
  'globalThis',
  'global',
  'require',
  'module',
  'eval',
  'Function',
  'import',
  'this',
  'console',
  'Object',
  'window',
]

const data: { [key: string]: Value } = {
  map: {},
  bare: Object.create(null) as { [key: string]: Value },
  list: ['x'],
  text: 'x',
  number: 1,
  int: intOf(1),
  bool: true,
  struct: new Struct(),
  fn: define({ params: [], call: () => 'called' }),
}

describe('a template only reaches own properties of its data', () => {
  it.each([...inherited, ...ofKinds])('%s of a map is a missing key', (name) => {
    for (const map of ['.map', '.bare', '$']) {
      expect(
        render(`{{ with ${map} }}{{ .${name} }}{{ .${name}.${name} }}{{ end }}{{ (${map}).${name} }}`, {
          ...data,
          map: { x: 1 },
        }),
      ).not.toMatch(/function|object|native|undefined/)
      expect(render(`{{ ${map === '$' ? '(.)' : map}.${name} }}`, data)).toBe('<no value>')
    }
    expect(render(`{{ index .map "${name}" }}`, data)).toBe('<no value>')
  })

  it.each([...inherited, ...ofKinds])('%s of anything else is not a field', (name) => {
    for (const value of [
      '.list',
      '.text',
      '.number',
      '.int',
      '.bool',
      '.struct',
      '.fn',
      '(print 1)',
      '(index .list 0)',
    ]) {
      expect(failure(`{{ ${value}.${name} }}`, data).reason).toContain(`can't evaluate field ${name} in type`)
      expect(failure(`{{ ${value}.${name}.constructor "return 1" }}`, data).stage).toBe('exec')
    }
  })

  it.each([...globals, ...inherited])('%s is not a function', (name) => {
    const error = failure(`{{ ${name} "return 1" }}`)
    expect(error.stage).toBe('parse')
    expect(error.reason).toMatch(/not defined|unexpected/)
  })

  it('calls no JavaScript function', () => {
    const leaked = { fn: (() => 'leaked') as unknown as Value }
    for (const text of ['{{ call .fn }}', '{{ .fn.constructor }}', '{{ .fn }}', '{{ .fn.call }}']) {
      let output = ''
      try {
        output = render(text, leaked)
      } catch (error) {
        output = String(error)
      }
      expect(output).not.toMatch(/leaked'|=>|native code/)
    }
  })

  it('treats a key named __proto__ as data', () => {
    const parsed = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": "own"}') as Value
    expect(
      render('{{ .__proto__.polluted }} {{ .constructor }} {{ .polluted }} {{ index . "__proto__" }}', parsed),
    ).toBe('1 own <no value> map[polluted:1]')
    expect(render('{{ range $k, $v := . }}{{ $k }} {{ end }}{{ len . }}', parsed)).toBe('__proto__ constructor 2')
  })

  it('sets a key named __proto__ only on the map', () => {
    const map: { [key: string]: Value } = {}
    setKey(map, '__proto__', { polluted: 'yes' })
    expect(Object.getPrototypeOf(map)).toBe(Object.prototype)
    expect(render('{{ .__proto__.polluted }}{{ .polluted }}', map)).toBe('yes<no value>')
  })

  it('refuses to change a map that is frozen', () => {
    for (const values of [share({ a: 1 }), Object.freeze({ a: 1 })]) {
      const reason = (text: string) => failure(text, { values }, { functions: sprigFunctions }).reason
      expect(reason('{{ set .values "b" 1 }}')).toBe(
        `error calling set: can't set "b": this map is shared and can't be changed`,
      )
      expect(reason('{{ set .values "__proto__" 1 }}')).toContain(`can't set "__proto__"`)
      expect(reason('{{ unset .values "a" }}')).toBe(
        `error calling unset: can't remove "a": this map is shared and can't be changed`,
      )
      expect(render('{{ unset .values "b" }}', { values }, { functions: sprigFunctions })).toBe('map[a:1]')
    }
  })

  it('may use any names for templates and variables', () => {
    expect(
      render('{{ define "__proto__" }}1{{ end }}{{ $constructor := 2 }}{{ template "__proto__" }}{{ $constructor }}'),
    ).toBe('12')
    expect(failure('{{ template "constructor" }}').reason).toBe('template "constructor" not defined')
  })
})
