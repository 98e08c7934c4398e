import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { share } from '../../../src/lang/shared.ts'
import { compile } from '../../../src/lang/template/compile.ts'
import { TemplateError } from '../../../src/lang/template/errors.ts'
import { define } from '../../../src/lang/template/functions.ts'
import { include } from '../../../src/lang/template/include.ts'
import { sprigFunctions } from '../../../src/lang/template/sprig/index.ts'
import { StructValue, typedMap, type Value } from '../../../src/lang/template/value.ts'
import { collectGarbage } from '../../support/garbage.ts'
import { runs } from '../../support/properties.ts'

class Struct extends StructValue {
  readonly typeName = 'test.Struct'
  readonly #fields: { readonly [name: string]: Value }

  constructor(fields: { readonly [name: string]: Value }) {
    super()
    this.#fields = fields
  }

  override field(name: string): Value {
    return Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined
  }

  override json(): unknown {
    return this.#fields
  }
}

const values = [
  { name: 'a', on: true, list: ['x', 'y'], map: { k: 'v', n: { deep: 1 } } },
  { name: '', on: false, list: [], map: {} },
].map((value) => share<Value>(value))

let calls = 0
const functions = {
  ...sprigFunctions,
  include,
  counted: define({
    params: ['any'],
    notes: true,
    call: (value) => {
      calls++
      return value
    },
  }),
  note: define({
    params: ['struct', 'string', 'any'],
    readsKeyOf: ['Notes'],
    call: (meta, key, fallback) => {
      const notes = meta.field('Notes')
      return typeof notes === 'object' && notes !== null && Object.hasOwn(notes, key)
        ? (notes as { [key: string]: Value })[key]
        : fallback
    },
  }),
}

const constants = { fields: ['Values', 'Mode'], keysOf: [['Meta', 'Notes']] }

interface DataOptions {
  readonly values: number
  readonly mode: string
  readonly notes: Readonly<Record<string, string>>
  readonly name: string
}

const dataOf = ({ values: which, mode, notes, name }: DataOptions) => {
  const meta = new Struct({ Notes: typedMap('map[string]string', { ...notes }) })
  return new Struct({
    Values: values[which],
    Mode: mode,
    Name: name,
    Names: [name, `${name}2`],
    Meta: meta,
    // Looks like the data, but its fields are not constant.
    Other: new Struct({ Values: share<Value>({ name, list: [] }), Mode: name, Name: name, Meta: meta }),
  })
}

const dataOptions: fc.Arbitrary<Omit<DataOptions, 'name'>> = fc.record({
  values: fc.nat(1),
  mode: fc.constantFrom('', 'm'),
  notes: fc.dictionary(fc.constantFrom('a', 'b', 'other'), fc.constantFrom('', '1', 'two')),
})

// Pieces that depend on constants, on the pod, on both, on variables, and on values that functions change.
const pieces = [
  'text ',
  '{{ .Values.name }}',
  '{{ .Name }}',
  '{{ $.Mode | default "none" | quote }}',
  '{{ if .Values.on }}on {{ .Values.list | join "," }}{{ else }}off{{ end }}',
  '{{ if .Values.on }}{{ .Name }}{{ end }}',
  '{{ with .Values.map.k }}{{ . }}{{ end }}',
  '{{ with .Values.map }}{{ .k }}{{ $.Name }}{{ toJson .n }}{{ end }}',
  '{{ range $i, $x := .Values.list }}{{ $i }}={{ $x }};{{ if eq $x "x" }}{{ continue }}{{ end }}!{{ end }}',
  '{{ range .Names }}{{ . }}{{ $.Values.name }}{{ if eq . "p" }}{{ break }}{{ end }}{{ end }}',
  '{{ $v := .Values.map }}{{ $v.k }}{{ toJson $v }}',
  '{{ $d := dict "a" 1 }}{{ toJson $d }}{{ $_ := set $d .Name 2 }}{{ toJson $d }}',
  '{{ $d := dict "a" 1 }}{{ set $d "b" .Name | toJson }}{{ toJson $d }}',
  '{{ with dict "a" 1 }}{{ $_ := set . "b" $.Name }}{{ toJson . }}{{ end }}',
  '{{ $n := .Meta.Notes }}{{ index $n "a" }}{{ if hasKey (dict "a" 1) "a" }}{{ index $n "b" | default .Mode }}{{ end }}',
  '{{ note .Meta "a" .Values.name }}',
  '{{ $o := note .Meta "b" .Values.name }}{{ quote $o }}{{ if eq $o "1" }}one{{ end }}',
  '{{ range $k, $v := .Meta.Notes }}{{ $k }}{{ $v }}{{ end }}',
  '{{ $s := "s" }}{{ if .Values.on }}{{ $s = .Name }}{{ end }}{{ $s }}',
  '{{ $s := "s" }}{{ range .Names }}{{ $s = printf "%s%s" $s . }}{{ end }}{{ $s }}',
  '{{ template "constant" . }}',
  '{{ template "constant" .Meta }}',
  '{{ template "constant" .Other }}',
  '{{ template "mixed" . }}',
  '{{ include "constant" . | upper }}{{ include "mixed" $ }}',
  '{{ template "assigns" . }}',
  '{{ counted .Values.name }}',
  '{{ with .Values.map.n }}{{ .deep.er }}{{ end }}',
  '{{ fail .Values.name }}',
  '{{ if eq .Mode "m" }}{{ index .Values.list 5 }}{{ end }}',
]
const definitions = `
{{- define "constant" }}<{{ $x := .Values }}{{ $x.name }}{{ index .Values.list | len }}{{ note .Meta "a" "-" }}>{{ end }}
{{- define "mixed" }}({{ .Values.name }}{{ .Name }}{{ template "constant" $ }}){{ end }}
{{- define "assigns" }}{{ $d := dict }}{{ if index .Meta.Notes "a" }}{{ $d = set $d "k" .Mode }}{{ end }}{{ toJson $d }}{{ end }}`

function outcome(render: () => string): string {
  calls = 0
  try {
    return `${render()} after ${calls} calls`
  } catch (error) {
    if (error instanceof TemplateError) return `${error.message} after ${calls} calls`
    throw error
  }
}

describe('what only depends on constants', () => {
  test('renders like in a template without constants', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 6 }),
        fc.array(dataOptions, { minLength: 1, maxLength: 4 }),
        (chosen, data) => {
          const text = chosen.join('') + definitions
          const plain = compile(text, { functions })
          const repeating = compile(text, { functions, constants })
          for (const name of ['p', 'q', 'r', 'p']) {
            for (const constant of data) {
              const create = () => dataOf({ ...constant, name })
              expect(outcome(() => repeating.render(create()))).toBe(outcome(() => plain.render(create())))
            }
          }
        },
      ),
      { numRuns: runs(150) },
    )
  })

  test('is rendered twice, and not again until a constant changes', () => {
    let asked = 0
    const ask = define({
      params: ['any'],
      call: (value) => {
        asked++
        return value
      },
    })
    const template = compile('{{ ask .Values.name }} {{ .Name }}', { functions: { ask }, constants })
    const render = (changes: Partial<DataOptions>) =>
      template.render(dataOf({ values: 0, mode: '', notes: {}, name: 'p', ...changes }))
    for (const name of ['p', 'q', 'r', 's']) expect(render({ name })).toBe(`a ${name}`)
    expect(asked).toBe(2)
    expect(render({ values: 1 })).toBe(' p')
    expect(asked).toBe(3)
    render({ notes: { unread: '1' } })
    expect(asked).toBe(3)
  })

  test('is rendered each time if the data is frozen but not shared: its parts may change', () => {
    const inner: { [name: string]: Value } = { name: 'a' }
    const data = new Struct({ Values: Object.freeze({ inner }), Meta: new Struct({ Notes: {} }) })
    const template = compile('{{ .Values.inner.name }}{{ $v := .Values }}{{ $v.inner.name }}', { functions, constants })
    for (const name of ['a', 'b', 'c', 'd']) {
      inner['name'] = name
      expect(template.render(data)).toBe(name + name)
    }
  })

  test('is cached for as many sets of constants as the size limit allows', () => {
    let asked = 0
    const ask = define({
      params: ['any'],
      call: (value) => {
        asked++
        return value
      },
    })
    const template = compile('{{ ask .Mode }}{{ repeat 200000 "x" }}', { functions: { ...functions, ask }, constants })
    const render = (mode: string) => template.render(dataOf({ values: 0, mode, notes: {}, name: 'p' }))
    const askedFor = (mode: string) => {
      const before = asked
      expect(render(mode).startsWith(`${mode}x`)).toBe(true)
      return asked - before
    }
    for (const mode of ['first', 'first']) render(mode)
    expect(askedFor('first')).toBe(0)
    for (let other = 0; other < 30; other++) for (let time = 0; time < 2; time++) render(`other ${other}`)
    expect(askedFor('other 29')).toBe(0)
    expect(askedFor('first')).toBe(1)
  })

  test('keeps no data of earlier renders in memory', async () => {
    const template = compile('{{ $map := .Values.map }}{{ $map.k }}{{ .Name }}{{ $map.k }}', { functions, constants })
    const render = (values: Value) =>
      template.render(new Struct({ Values: values, Mode: '', Name: 'n', Meta: new Struct({ Notes: {} }) }))
    const useOnce = () => {
      const map = share({ k: 'v' })
      const values = share<Value>({ map })
      for (let time = 0; time < 3; time++) expect(render(values)).toBe('vnv')
      return new WeakRef(map)
    }
    const used = useOnce()
    await collectGarbage()
    expect(used.deref()).toBeUndefined()
    expect(render(share({ map: { k: 'w' } }))).toBe('wnw')
  })

  test('counts against the limits of a render each time', () => {
    const text = '{{ range until 30 }}{{ .Values.name }}{{ end }}{{ range .Names }}x{{ end }}'
    const withinConstant = text.replace('.Values.name', '$.Values.name')
    const template = compile(withinConstant, { functions, constants, limits: { iterations: 62 } })
    const failing = compile(withinConstant, { functions, constants, limits: { iterations: 61 } })
    const data = { values: 0, mode: '', notes: {}, name: 'p' }
    for (let time = 0; time < 4; time++) {
      expect(template.render(dataOf(data))).toContain('axx')
      expect(() => failing.render(dataOf(data))).toThrow('more than the limit of 61 iterations')
    }
  })
})
