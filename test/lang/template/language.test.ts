import { describe, expect, it } from 'vitest'
import { intOf } from '../../../src/lang/go/int.ts'
import { compile } from '../../../src/lang/template/compile.ts'
import { define } from '../../../src/lang/template/functions.ts'
import { nilList, typedList, typedMap } from '../../../src/lang/template/value.ts'
import { failure, render } from './render.ts'

const data = {
  name: 'web',
  port: 8080,
  big: 1234567,
  ok: true,
  nothing: null,
  list: ['a', 'b', 'c'],
  map: { b: 2, a: 1, '10': 'ten', '9': 'nine' },
  nested: { deep: { er: 'x' } },
  labels: typedMap('map[string]string', { app: 'web' }),
}

// Template, and its output in Go.
const cases: readonly (readonly [string, string, string])[] = [
  ['trim markers', 'a \n {{- .name -}} \t b', 'awebb'],
  ['a dash that is not a trim marker', 'a {{-3}} b', 'a -3 b'],
  ['comments', 'a{{/* x */}} {{- /* y */ -}} b', 'ab'],
  ['a missing key, and fields of it', '{{ .no }} {{ .no.thing.at.all }}', '<no value> <no value>'],
  ['null as the value of an action, and inside', '{{ .nothing }} {{ print .nothing }}', '<no value> <nil>'],
  ['numbers of a document', '{{ .port }} {{ .big }}', '8080 1.234567e+06'],
  ['collections', '{{ .list }} {{ .map }}', '[a b c] map[10:ten 9:nine a:1 b:2]'],
  ['maps in the order of bytes', '{{ range $k, $v := .map }}{{ $k }}={{ $v }};{{ end }}', '10=ten;9=nine;a=1;b=2;'],
  ['an index and an element', '{{ range $i, $e := .list }}{{ $i }}{{ $e }}{{ end }}', '0a1b2c'],
  ['a range over an integer', '{{ range 3 }}{{ . }}{{ else }}none{{ end }}', '012'],
  [
    'break and continue',
    '{{ range .list }}{{ if eq . "b" }}{{ continue }}{{ end }}{{ . }}{{ end }}{{ range .list }}{{ break }}{{ end }}',
    'ac',
  ],
  [
    'break in the else of a range ends that range, continue goes on with the range around it',
    '{{ range .list }}{{ range $.no }}{{ else }}{{ break }}{{ end }}{{ . }}{{ range $.no }}{{ else }}{{ continue }}{{ end }}x{{ end }}',
    'abc',
  ],
  [
    'break and continue in the else of ranges, on three levels',
    '{{ $x := "" }}{{ range $i := .list }}{{ range $.no }}{{ else }}{{ range $.no }}{{ else }}{{ with 1 }}{{ $x = print $x . }}' +
      '{{ break }}{{ end }}{{ end }}{{ $x }},{{ if eq $i "b" }}{{ continue }}{{ end }}{{ break }}y{{ end }}{{ $i }};{{ end }}',
    '1,a;11,111,c;',
  ],
  ['the else of a range sees its variable', '{{ range $v := .no }}{{ else }}[{{ $v }}]{{ end }}', '[<no value>]'],
  [
    'else if and else with',
    '{{ if .no }}{{ else if .ok }}1{{ end }}{{ with .no }}{{ else with .name }}{{ . }}{{ end }}',
    '1web',
  ],
  [
    'assignment changes outer variables, declaration does not',
    '{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $x := 3 }}{{ end }}{{ $x }}',
    '2',
  ],
  [
    'the dollar in a with and in a template',
    '{{ define "t" }}{{ $ }}{{ end }}{{ with .list }}{{ $.name }}{{ template "t" . }}{{ end }}',
    'web[a b c]',
  ],
  ['block', '{{ block "b" .name }}<{{ . }}>{{ end }}', '<web>'],
  [
    'pipelines and parentheses',
    '{{ .name | printf "%s-%s" "x" | len }} {{ (index .list 1) | print }} {{ (.nested.deep).er }}',
    '5 b x',
  ],
  [
    'literals',
    `{{ 0x1F }} {{ 0b11 }} {{ 017 }} {{ 1_000 }} {{ 1e3 }} {{ 'a' }} {{ "\\x41\\u00e9" }} {{ \`r\\n\` }}`,
    '31 3 15 1000 1000 97 Aé r\\n',
  ],
  ['the E of a hexadecimal number with a sign', '{{ printf "%T %T %v" 0xE -0xE -0xE }}', 'int float64 -14'],
  ['and and or stop early', '{{ or .ok (index .list 9) }} {{ and .no (index .list 9) }}', 'true <no value>'],
  [
    'comparison',
    '{{ eq .name "a" "web" }} {{ lt 1 2 }} {{ ge "b" "a" }} {{ eq .nothing nil }} {{ ne 1 2 }}',
    'true true true true true',
  ],
  ['len, index and slice count bytes', '{{ len "é" }} {{ index "é" 1 }} {{ slice "aéb" 1 3 }}', '2 169 é'],
  ['a missing key of a typed map', '[{{ index .labels "no" }}] [{{ .labels.no }}]', '[] [<no value>]'],
  [
    'html, js and urlquery',
    `{{ html "<a&'>" }} {{ js "it's" }} {{ urlquery "a b/é" }}`,
    "&lt;a&amp;&#39;&gt; it\\'s a+b%2F%C3%A9",
  ],
  [
    'invalid bytes',
    '{{ slice "é" 0 1 }} {{ printf "%q %x" (slice "é" 0 1) "é" }} {{ printf "%s%s" "\\xc3" "\\xa9" }}',
    '\ufffd "\\xc3" c3a9 é',
  ],
]

describe('the language', () => {
  it.each(cases)('%s', (_name, text, output) => {
    expect(render(text, data)).toBe(output)
  })

  it('types integers as Go does', () => {
    const ports = typedList('[]int32', [intOf(80, 'int32')])
    expect(
      render('{{ range .ports }}{{ printf "%T %d" . . }} {{ eq . 80 }}{{ end }} {{ printf "%T" .ports }}', { ports }),
    ).toBe('int32 80 true []int32')
    expect(failure('{{ eq .port 8080 }}', data).reason).toContain('incompatible types for comparison: float64 and int')
  })

  it('converts literals to the type of the parameter, and other values not at all', () => {
    const functions = { twice: define({ params: ['int', 'string'], call: (count, text) => text.repeat(count * 2) }) }
    expect(render('{{ twice 2.0 "x" }}{{ "y" | twice 1 }}', {}, { functions })).toBe('xxxxyy')
    expect(failure('{{ twice .port "x" }}', data, { functions }).reason).toBe(
      'wrong type for value; expected int; got float64',
    )
    expect(failure('{{ twice 2.5 "x" }}', {}, { functions }).reason).toBe('expected integer; found 2.5')
    expect(failure('{{ twice .no "x" }}', {}, { functions }).reason).toBe('invalid value; expected int')
    expect(failure('{{ twice 1 }}', {}, { functions }).reason).toBe('wrong number of args for twice: want 2 got 1')
  })

  it('prefers functions of the table to the built-in ones', () => {
    const functions = { len: define({ params: ['any'], call: () => 'mine' }) }
    expect(render('{{ len "x" }}', {}, { functions })).toBe('mine')
  })

  it('calls functions that are values', () => {
    const add = define({
      params: ['int'],
      variadic: 'int',
      call: (...all) => intOf(all.reduce((sum, value) => sum + value, 0)),
    })
    expect(render('{{ call .add 1 (len "abc") }} {{ 2 | call .add 1 }}', { add })).toBe('4 3')
    expect(failure('{{ call .add "x" }}', { add }).reason).toContain('arg 0: value has type string; should be int')
    expect(failure('{{ .add }}', { add }).reason).toContain("can't print .add of type func")
  })

  it('shares templates between sources, of which the main one takes precedence', () => {
    const templates = [
      { name: 'a', text: '{{ define "x" }}1{{ end }}{{ define "y" }}1{{ end }}text of a' },
      { name: 'b', text: '{{ define "x" }}2{{ end }}' },
    ]
    const main = compile('{{ define "y" }}3{{ end }}{{ template "x" }}{{ template "y" }}{{ template "a" }}', {
      name: 'm',
      templates,
    })
    expect(main.render({})).toBe('23text of a')
    expect(main.names).toEqual(['x', 'y', 'a', 'b', 'm'])
  })

  it('distinguishes nil lists from empty ones only where Go does', () => {
    expect(render('{{ .nil }}{{ len .nil }}{{ printf "%v %#v" .nil .nil }}', { nil: nilList('[]string') })).toBe(
      '[]0[] []string(nil)',
    )
  })

  it('leaves its data unchanged, so that renders are independent', () => {
    const template = compile(
      '{{ $x := .list }}{{ $x = 1 }}{{ range $i, $e := .list }}{{ $e = $i }}{{ end }}{{ .list }}',
    )
    const frozen = Object.freeze({ list: Object.freeze(['a', 'b']) as string[] })
    expect([template.render(frozen), template.render(frozen)]).toEqual(['[a b]', '[a b]'])
  })
})
