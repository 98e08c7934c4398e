import { describe, expect, it } from 'vitest'
import { compile } from '../../../src/lang/template/compile.ts'
import { FunctionError } from '../../../src/lang/template/errors.ts'
import { define } from '../../../src/lang/template/functions.ts'
import { include } from '../../../src/lang/template/include.ts'
import { failure, render } from './render.ts'

const boom = define({
  params: [],
  variadic: 'any',
  call: () => {
    throw new FunctionError('no luck')
  },
})
const broken = define({
  params: ['any'],
  call: (value) => (value as unknown as { readonly missing: { readonly deep: string } }).missing.deep,
})

describe('parse errors', () => {
  // The wording is Go's; the position is where the fault is.
  it.each([
    ['a\n  {{ .a', 'unclosed action', 2, 8],
    ['{{ if .a }}x', 'unexpected EOF', 1, 13],
    ['x\n{{ end }}', 'unexpected {{end}}', 2, 8],
    ['{{ .a | }}{{ | }}', 'unexpected "|"', 1, 14],
    ['{{ $x }}', 'undefined variable "$x"', 1, 4],
    ['{{ .a-b }}', "bad character U+002D '-'", 1, 6],
    ['{{ "abc\n" }}', 'unterminated quoted string', 1, 4],
    ['{{ (.a }}', 'unclosed left paren', 1, 8],
    ['{{ break }}', '{{break}} outside {{range}}', 1, 4],
    ['{{ 99999999999999999999 }}', 'integer overflow', 1, 4],
    ['{{ define "a" }}1{{ end }}{{ define "a" }}2{{ end }}', 'multiple definition of template "a"', 1, 30],
  ])('%j: %s', (text, reason, line, column) => {
    const error = failure(text)
    expect(error).toMatchObject({ stage: 'parse', template: 'main', line, column })
    expect(error.message).toContain(reason)
    expect(error.message).toContain(`template: main:${line}:${column}: `)
  })

  it('suggest the nearest name of a function', () => {
    expect(failure('{{ prinft "x" }}').reason).toBe('function "prinft" not defined; did you mean "printf"?')
    expect(failure('{{ LEN "x" }}').reason).toBe('function "LEN" not defined; did you mean "len"?')
    expect(failure('{{ somethingElse }}').reason).toBe('function "somethingElse" not defined')
  })

  it('limit nesting before the JavaScript stack overflows', () => {
    expect(failure('{{ ('.padEnd(20_000, '(')).reason).toContain('are nested more than')
    expect(failure('{{ if true }}'.repeat(5000)).reason).toContain('are nested more than')
    const deep = `${'('.repeat(200)}1${')'.repeat(200)}`
    expect(render(`${'{{ if true }}'.repeat(150)}{{ ${deep} }}${'{{ end }}'.repeat(150)}`)).toBe('1')
  })
})

describe('an error of a render', () => {
  it('has the template, the position, the action and the reason', () => {
    const error = failure('line one\n{{ define "part" }}\n  x: {{ .name.first }}\n{{ end }}{{ template "part" . }}', {
      name: 'web',
    })
    expect(error).toMatchObject({
      stage: 'exec',
      template: 'main',
      line: 3,
      column: 9,
      action: '.name.first',
      limit: null,
    })
    expect(error.message).toBe(
      'template: main:3:9: executing "part" at <.name.first>: can\'t evaluate field first in type string',
    )
    expect(error.excerpt()).toBe('  x: {{ .name.first }}\n        ^^^^^^^^^^^')
  })

  it('keeps tabs before the caret', () => {
    expect(failure('\t{{ index 1 }}{{ index 1 2 }}').excerpt()).toBe(
      '\t{{ index 1 }}{{ index 1 2 }}\n\t                ^^^^^^^^^',
    )
  })

  it('is at the call of the function that throws it', () => {
    const error = failure('a\n{{ print (boom 1) }}', {}, { functions: { boom } })
    expect(error).toMatchObject({ line: 2, action: 'boom 1', reason: 'error calling boom: no luck' })
  })

  it('is at the include if it is in the included template, with its own position in the reason', () => {
    const text = '{{ define "x" }}\n\n{{ boom }}{{ end }}{{ include "x" . }}'
    const error = failure(text, {}, { functions: { boom, include } })
    expect(error).toMatchObject({ line: 3, action: 'include "x" .' })
    expect(error.reason).toContain(
      'error calling include: template: main:3:4: executing "x" at <boom>: error calling boom: no luck',
    )
    expect(failure('{{ include "nope" . }}', {}, { functions: { include } }).reason).toContain('no template "nope"')
  })

  it('hides JavaScript errors', () => {
    const error = failure('{{ broken .x }}', { x: 1 }, { functions: { broken } })
    expect(error.message).toBe(
      'template: main:1:4: executing "main" at <broken .x>: error calling broken: internal error',
    )
    expect(error.cause).toBeInstanceOf(TypeError)
  })

  it('is thrown for the field of a null value, but not of a missing one', () => {
    expect(render('{{ .no.a }}{{ (.null).a }}', { null: null })).toBe('<no value><no value>')
    expect(failure('{{ .null.a }}', { null: null }).reason).toBe('nil pointer evaluating interface {}.a')
  })
})

describe('the fields that a template reads', () => {
  it('are those of its data, including in templates that it calls with the data', () => {
    const text = `{{ define "a" }}{{ .InA }}{{ end }}{{ define "b" }}{{ .InB }}{{ end }}
{{ .One.Two }}{{ with .Three }}{{ .NotRoot }}{{ $.Four }}{{ end }}{{ template "a" . }}{{ include "b" .Five }}{{ if (len .Six) }}{{ end }}`
    const template = compile(text, { name: 'm', functions: { include } })
    const uses = template.fieldUses()
    expect(uses.map((use) => use.names.join('.'))).toEqual(['One.Two', 'Three', 'Four', 'InA', 'Five', 'Six'])
    expect(uses[0]?.fault('there is no field One')).toMatchObject({ line: 2, column: 4, action: '.One.Two' })
  })
})
