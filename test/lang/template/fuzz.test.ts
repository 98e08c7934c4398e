import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile } from '../../../src/lang/template/compile.ts'
import { TemplateError } from '../../../src/lang/template/errors.ts'
import type { FunctionTable } from '../../../src/lang/template/functions.ts'
import { include } from '../../../src/lang/template/include.ts'
import { sprigFunctions } from '../../../src/lang/template/sprig/index.ts'
import type { Value } from '../../../src/lang/template/value.ts'
import { runs } from '../../support/properties.ts'

const functions: FunctionTable = { ...sprigFunctions, include }
// Functions that depend on the clock or on random numbers render differently each time.
const unsteady = /^(now|ago|rand|shuffle|uuid|date|htmlDate|unixEpoch|gen)/i
const names = [
  ...Object.keys(functions).filter((name) => !unsteady.test(name)),
  ...[
    'and',
    'or',
    'not',
    'eq',
    'ne',
    'lt',
    'le',
    'gt',
    'ge',
    'len',
    'index',
    'slice',
    'print',
    'printf',
    'println',
    'html',
    'js',
    'urlquery',
    'call',
  ],
]

const data = (): Value => ({
  s: 'héllo <b>',
  empty: '',
  n: 5,
  f: -1.5,
  big: 12345678,
  t: true,
  nothing: null,
  list: [1, 'a', null, [true], { k: 'v' }],
  words: ['b', 'a'],
  map: { a: 1, b: { c: 'deep', d: null }, __proto__x: 'p' },
  none: [],
  bare: {},
})

const literal = fc.constantFrom(
  ...[
    '1',
    '0',
    '-7',
    '3.5',
    '1e21',
    "'x'",
    '"text"',
    '""',
    '"%d %s"',
    '"a,b"',
    '`raw`',
    '"\\xff"',
    'true',
    'nil',
    '9223372036854775807',
  ],
)
const field = fc.constantFrom(
  ...[
    '.',
    '$',
    '.s',
    '.empty',
    '.n',
    '.f',
    '.big',
    '.t',
    '.nothing',
    '.list',
    '.words',
    '.map',
    '.map.b',
    '.map.b.d',
    '.none',
    '.bare',
  ],
  ...['.missing', '.missing.x', '.s.length', '.map.constructor', '$.map.__proto__', '(.list).length', '$x', '$x.a'],
)
const verb = fc.stringMatching(/^%[-+# 0]{0,2}[0-9]{0,2}(\.[0-9])?[a-zA-Z%]$/).map((text) => JSON.stringify(text))

const { template } = fc.letrec<{ operand: string; call: string; pipeline: string; block: string; template: string }>(
  (tie) => ({
    operand: fc.oneof(
      { depthSize: 'small' },
      literal,
      field,
      verb,
      tie('call').map((call) => `(${call})`),
    ),
    call: fc
      .tuple(fc.constantFrom(...names), fc.array(tie('operand'), { maxLength: 3 }))
      .map(([name, args]) => [name, ...args].join(' ')),
    pipeline: fc.oneof(
      tie('call'),
      tie('operand'),
      fc.tuple(tie('operand'), tie('call')).map(([first, call]) => `${first} | ${call}`),
    ),
    block: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      tie('pipeline').map((pipeline) => `{{ ${pipeline} }}`),
      fc.string({ maxLength: 5 }),
      fc
        .tuple(tie('pipeline'), tie('block'), tie('block'))
        .map(([a, b, c]) => `{{ if ${a} }}${b}{{ else }}${c}{{ end }}`),
      fc.tuple(tie('pipeline'), tie('block')).map(([a, b]) => `{{- with $x := ${a} -}}${b}{{- end -}}`),
      fc
        .tuple(tie('pipeline'), tie('block'))
        .map(([a, b]) => `{{ range $i, $e := ${a} }}${b}{{ $i }}{{ $e }}{{ end }}`),
      tie('pipeline').map((pipeline) => `{{ $x = ${pipeline} }}{{ $x }}`),
      tie('operand').map((operand) => `{{ template "t" ${operand} }}`),
    ),
    template: fc
      .array(tie('block'), { minLength: 1, maxLength: 4 })
      .map((blocks) => `{{ define "t" }}{{ . }}{{ end }}{{ $x := 0 }}${blocks.join('')}`),
  }),
)

const limits = { output: 100_000, iterations: 10_000, growth: 1_000_000, time: 5_000 }
const leaks =
  /\[object |Cannot read|is not a function|not iterable|internal error|=>|native code|\bundefined\b(?! variable)/g

/** The output of a template, or its error. Any error but a TemplateError is a bug. */
function outcome(text: string): string {
  try {
    return compile(text, { name: 'main', functions, limits }).render(data())
  } catch (error) {
    if (error instanceof TemplateError) return error.reason
    throw error
  }
}

describe('any template', () => {
  it('renders or fails with an error of the engine, and does the same again', () => {
    fc.assert(
      fc.property(template, (text) => {
        const first = outcome(text)
        const found = [...first.matchAll(leaks)].map(([leak]) => leak)
        // Words of the template itself aren't leaks.
        expect(found.filter((leak) => !text.includes(leak))).toEqual([])
        expect(outcome(text)).toBe(first)
      }),
      { numRuns: runs(200) },
    )
  })

  it('is parsed or refused, however it is garbled', () => {
    const mangled = fc
      .tuple(template, fc.nat(), fc.nat(3), fc.constantFrom(...'{}()|:=.$"\'`-+,x1 \n\\'))
      .map(([text, at, cut, put]) => {
        const offset = at % (text.length + 1)
        return text.slice(0, offset) + put + text.slice(offset + cut)
      })
    fc.assert(
      fc.property(
        fc.oneof(
          mangled,
          fc.string(),
          fc.string({ unit: 'binary' }).map((text) => `{{ ${text} }}`),
        ),
        (text) => {
          expect(typeof outcome(text)).toBe('string')
        },
      ),
      { numRuns: runs(200) },
    )
  })
})
