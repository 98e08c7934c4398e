import { expect, test } from 'vitest'
import { compile } from '../../../src/lang/template/compile.ts'
import { include } from '../../../src/lang/template/include.ts'
import { sprigFunctions } from '../../../src/lang/template/sprig/index.ts'
import type { DataPath } from '../../../src/lang/template/trace/causes.ts'

const data = {
  a: 'A',
  empty: '',
  on: true,
  off: false,
  map: { k: 'v', list: ['x', 'y'] },
  items: [{ name: 'first' }, { name: 'second' }],
}

/** Each printed piece with its causes: `from < lost ? when`. */
function causesOf(text: string): readonly string[] {
  const template = compile(text, { functions: { ...sprigFunctions, include } })
  const traced = template.trace(data)
  expect(traced.text).toBe(template.render(data))
  const names = (paths: readonly DataPath[]) => paths.map((path) => path.join('.')).join(' ')
  return traced.segments
    .filter(({ literal, start, end }) => !literal || traced.text.slice(start, end).trim() !== '')
    .map(({ start, end, causes: { from, lost, when } }) => {
      const [was, under] = [lost.length > 0 ? ` < ${names(lost)}` : '', when.length > 0 ? ` ? ${names(when)}` : '']
      return `${traced.text.slice(start, end).trim()}: ${names(from)}${was}${under}`.replaceAll(/ +/g, ' ').trim()
    })
}

test.each([
  ['a field', '{{ .map.k }}', ['v: map.k']],
  ['a literal', '{{ "x" }}', ['x:']],
  ['text', 'x', ['x:']],
  ['a function of several values', '{{ printf "%s%s" .a .map.k }}', ['Av: a map.k']],
  ['a variable', '{{ $x := .map }}{{ $x.k | quote }}', ['"v": map.k']],
  ['a reassigned variable', '{{ $x := .a }}{{ $x = .map.k }}{{ $x }}', ['v: map.k < a']],
  ['a variable that grows', '{{ $x := .a }}{{ $x = cat $x .map.k }}{{ $x }}', ['A v: a map.k']],
  ['a key that is looked up', '{{ index .map "k" }}', ['v: map.k']],
  ['a default that applies', '{{ .empty | default .a }}', ['A: a < empty']],
  ['a default that does not', '{{ .a | default .map.k }}', ['A: a < map.k']],
  ['the first that is not empty', '{{ coalesce .empty .a .map.k }}', ['A: a < empty map.k']],
  ['or', '{{ or .a .map.k }}', ['A: a']],
  ['ternary', '{{ ternary .a .map.k .on }}', ['A: a < map.k ? on']],
  ['a condition', '{{ if .on }}x{{ end }}', ['x: ? on']],
  ['a branch instead of another', '{{ if .off }}{{ .a }}{{ else }}{{ .map.k }}{{ end }}', ['v: map.k < a ? off']],
  [
    'a branch that writes what the other one reads',
    '{{ if .off }}{{ .a }}{{ else }}{{ .map.k }} {{ .a }}{{ end }}',
    ['v: map.k ? off', 'A: a ? off'],
  ],
  ['a chain of branches', '{{ if .off }}{{ else if .on }}x{{ else }}{{ .a }}{{ end }}', ['x: < a ? off on']],
  ['the dot of a with', '{{ with .map.k }}{{ . }}{{ end }}', ['v: map.k ? map.k']],
  ['a variable that a condition sets', '{{ $x := 1 }}{{ if .on }}{{ $x = 2 }}{{ end }}{{ $x }}', ['2: ? on']],
  ['a variable that a condition leaves', '{{ $x := 1 }}{{ if .off }}{{ $x = 2 }}{{ end }}{{ $x }}', ['1: ? off']],
  [
    'elements of a list',
    '{{ range .items }}{{ .name }} {{ end }}',
    ['first: items.0.name ? items items.0', 'second: items.1.name ? items items.1'],
  ],
  [
    'entries of a map',
    '{{ range $k, $v := .map }}{{ if eq $k "k" }}{{ $k }}={{ $v }}{{ end }}{{ end }}',
    ['k: map.k ? map map.k', '=: ? map map.k', 'v: map.k ? map map.k'],
  ],
  ['a named template', '{{ define "t" }}{{ .k }}{{ end }}{{ template "t" .map }}', ['v: map.k']],
  ['one that is called with a scalar', '{{ define "t" }}{{ . }}{{ end }}{{ template "t" .a }}', ['A: a']],
  ['one that is included', '{{ define "t" }}{{ .k }}!{{ end }}{{ include "t" .map | upper }}', ['V!: map.k']],
  ['a part of the result of a function', '{{ $m := dict "x" .a }}{{ $m.x }}', ['A: a']],
])('%s', (_, text, causes) => {
  expect(causesOf(text)).toEqual(causes)
})

test('each segment has its position in the template', () => {
  const text = 'one\n{{- /* nothing */}}\ntwo {{ .a }}\nthree'
  const { segments, text: out } = compile(text).trace(data)
  for (const { start, end, at, literal } of segments) {
    if (literal) expect(text.slice(at, at + end - start)).toBe(out.slice(start, end))
    else expect(text.slice(at)).toMatch(/^\.a /)
  }
  expect(segments).toHaveLength(4)
})

test('an error is the same as without a trace', () => {
  const template = compile('{{ .a }}\n{{ fail "no" }}', { functions: sprigFunctions })
  const message = (run: () => unknown) => {
    try {
      return run()
    } catch (error) {
      return String(error)
    }
  }
  expect(message(() => template.trace(data))).toBe(message(() => template.render(data)))
})
