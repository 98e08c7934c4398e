import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readYaml, readYamlDocuments, YamlError } from '../../../src/lang/yaml/read.ts'
import { cost } from '../../support/cost.ts'
import { runs } from '../../support/properties.ts'

function failure(text: string): YamlError {
  try {
    readYaml(text)
  } catch (error) {
    if (error instanceof YamlError) return error
  }
  throw new Error(`no YamlError for ${JSON.stringify(text)}`)
}

describe('readYaml reads as Kubernetes does', () => {
  test.each<[string, unknown]>([
    ['[y, Yes, ON, n, No, OFF, true, nUll, ~]', [true, true, true, false, false, false, true, 'nUll', null]],
    ['[010, 0o17, 0x1F, -0b11, 1_000, +1, 08, 1., .5, 1e3]', [8, 15, 31, -3, 1000, 1, 8, 1, 0.5, 1000]],
    ['[1:30, 2001-01-01, 1.2.3, 1e400, 100m]', ['1:30', '2001-01-01', '1.2.3', '1e400', '100m']],
    [
      '[9007199254740993, 18446744073709551615, -9223372036854775809]',
      [9007199254740993n, 18446744073709551615n, -(2 ** 63)],
    ],
    ['{true: a, 1: b, 1.5: c, 1e6: d, on: e, .inf: f}', { true: 'e', 1: 'b', '1.5': 'c', '1e+06': 'd', '.inf': 'f' }],
    ['a: 1\na: 2\n', { a: 2 }],
    ['"1": text\n1: number\n', { 1: 'text' }],
    ['x: &b {k: 1, l: 2}\nd:\n  k: 0\n  <<: *b\n  l: 3\n', { x: { k: 1, l: 2 }, d: { k: 1, l: 3 } }],
    ['<<: [{a: 1}, {a: 2, b: 3}]\n', { a: 1, b: 3 }],
    ['a: &x\n  b: &y 1\nc: &y 2\nd: *x\ne: *y\n', { a: { b: 1 }, c: 2, d: { b: 1 }, e: 2 }],
    ['[!!str 1, !!int "3", !!float 1, !!binary aGk=, !local x, ! "1"]', ['1', 3, 1, 'hi', 'x', '1']],
    ['[! 1, ! true, ! ~, ! x]\n', ['1', 'true', '~', 'x']],
    ['! <<: {a: 1}\n! "<<": {b: 2}\n!!str <<: 3\n', { a: 1, b: 2, '<<': 3 }],
    ['%TAG !e! tag:yaml.org,2002:\n%TAG ! tag:yaml.org,2002:\n---\n[!e!int "1", !int "2", ! 3]', [1, 2, '3']],
    ['%TAG !! tag:example.com:\n---\n[!!int "1", !<tag:yaml.org,2002:int> "2"]', ['1', 2]],
    ['%YAML 1.1 # as Kubernetes reads it\n---\na: yes\n', { a: true }],
    [`a: "it\\'s \\\\' '"\n"\\'k": {b: ["\\'\\'",\n"c\\'"]}\n`, { a: "it's \\' '", "'k": { b: ["''", "c'"] } }],
    ['"\\0\\a\\b\\\t\\v\\f\\e\\ \\N\\_\\L\\P\\x41\\u00e9"', '\0\x07\b\t\v\f\x1b \x85\xa0\u2028\u2029Aé'],
    ['"a\\\n  b\\\n\n \r\n  c\\\\\n\n  d"', 'ab\n\nc\\\nd'],
    ['args: [\n  "a",\n  b\n]\nc: "d\n e"\n', { args: ['a', 'b'], c: 'd e' }],
    ['a: |\n  x', { a: 'x' }],
    ['a: 1\n---\nb: {', { a: 1 }],
    ['\ufeff# note\n---\na: 1\n...\nb: [', { a: 1 }],
    ['', null],
    ['# nothing\n', null],
  ])('%s', (text, value) => {
    expect(readYaml(text)).toStrictEqual(value)
  })

  test('returns float64 for every integer if requested', () => {
    expect(readYaml('a: [9007199254740993, {b: 1}]', { integers: 'float64' })).toStrictEqual({
      a: [9007199254740992, { b: 1 }],
    })
  })

  test.each([
    'a:\n  __proto__: {polluted: 1}\n  constructor: 1\n',
    '{a: {__proto__: {polluted: 1}, constructor: 1}}',
    'b: &b {__proto__: {polluted: 1}, constructor: 1}\na: {<<: *b}\n',
  ])('treats __proto__ and constructor as plain keys: %s', (text) => {
    const value = readYaml(text) as { a: object }
    expect(Object.keys(value.a)).toEqual(['__proto__', 'constructor'])
    expect(Object.getPrototypeOf(value.a)).toBe(Object.prototype)
    expect('polluted' in {}).toBe(false)
  })

  test('every value is new: nothing is shared between aliases', () => {
    const value = readYaml('a: &x {k: [1]}\nb: *x\n') as { a: { k: number[] }; b: { k: number[] } }
    expect(value.a).not.toBe(value.b)
    expect(value.a.k).not.toBe(value.b.k)
  })
})

describe('invalid YAML, or YAML that JSON cannot represent, is a YamlError', () => {
  test.each<[string, number, number, string]>([
    ['# a\n%YAML 1.2\n---\na: 1\n', 2, 1, '%YAML 1.2: Kubernetes reads YAML 1.1; remove the directive'],
    ['%FOO bar\n---\na: 1\n', 1, 1, 'unknown directive %FOO bar'],
    ['\ufeff%YAML 1.2\n---\na: 1\n', 1, 1, '%YAML 1.2: Kubernetes reads YAML 1.1; remove the directive'],
    ['%YAML\n---\na: 1\n', 1, 1, '%YAML: Kubernetes reads YAML 1.1; remove the directive'],
    ['a: "x\\qy"\n', 1, 7, 'unknown escape sequence'],
    ['a: "\\\' \\q"\n', 1, 9, 'unknown escape sequence'],
    ['a: "\\\'"\nb: "\\\'" x\n', 2, 9, 'bad indentation of a mapping entry'],
    ["a: ['\nb', \"\\'\", 'c\nd: e\n", 2, 1, 'the quotes or brackets opened above are not closed'],
    ['a: "\\\'" \nb: ["\\\'", *nope]\n', 2, 11, 'unknown anchor: no anchor of this name precedes the alias'],
    ['a: "x\\/y"\n', 1, 6, 'YAML 1.1 has no escape \\/: write / instead'],
    ['a: 1\nb: c: d\n', 2, 5, 'bad indentation of a mapping entry'],
    ['a:\n  b: *nope\n', 2, 6, 'unknown anchor: no anchor of this name precedes the alias'],
    ['a: &x [*x]\n', 1, 8, 'the alias is inside the node that it refers to'],
    ['a: 1\nb: .inf\n', 2, 4, 'JSON has no infinities and no NaN'],
    ['~: a\n', 1, 1, 'a key must be a string, a number of at most 63 bits or a boolean'],
    ['a: {{ x }}\n', 1, 5, 'a key must be a string, a number of at most 63 bits or a boolean'],
    ['a: !!int x\n', 1, 4, '"x" is not a valid !!int'],
    ['a: "\\ud83d"\n', 1, 5, 'an escape must not encode a surrogate'],
    ['a: b\x07\n', 1, 5, 'control characters are not allowed'],
    ["a: 'b\nc: d\n", 2, 1, 'the quotes or brackets opened above are not closed'],
    ['<<: 1\n', 1, 5, 'the value of a merge key (<<) must be a mapping or a list of mappings'],
  ])('%j', (text, line, column, reason) => {
    expect(failure(text)).toMatchObject({ line, column, reason })
  })

  test('its message shows the position, and no stack', () => {
    const error = failure('spec:\n  a: [1, 2\n  b: 1\n')
    expect(error.message).toMatch(/^line 3, column \d+: .*\n {2,}b: 1\n +\^$/)
    expect(error.excerpt.indexOf('^') - error.excerpt.lastIndexOf('\n') - 1).toBe(error.column + 1)
    expect(error.stack).not.toContain('.ts:')
  })

  test('a long line is cut around the position', () => {
    const { excerpt } = failure(`a: {${'b: c, '.repeat(500)}, d}\n`)
    expect(excerpt.split('\n').every((line) => line.length < 120)).toBe(true)
  })
})

test('any text is a value or a YamlError, in little time', () => {
  const pieces = [
    'a',
    'b: ',
    '- ',
    ': ',
    '? ',
    '\n',
    '\n  ',
    ' ',
    '[',
    ']',
    '{',
    '}',
    ', ',
    '"',
    "'",
    '&a ',
    '*a',
    '!t ',
    '!!int ',
    '<<: ',
    '|',
    '>',
    '#',
    '---\n',
    '...\n',
    '%TAG ! x\n',
    '\\',
    '\t',
    '\r',
    '1',
    '\u2028',
  ]
  const anyText = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(anyText, (text) => {
      try {
        readYaml(text)
      } catch (error) {
        expect(error).toBeInstanceOf(YamlError)
      }
    }),
    { numRuns: runs(1000), interruptAfterTimeLimit: runs(10_000), markInterruptAsFailure: true },
  )
})

describe('limits', () => {
  test('on the values that aliases multiply to', () => {
    const laughs = Array.from({ length: 30 }, (_, n) => `l${n}: &l${n} [${n === 0 ? 'ha' : `*l${n - 1}, *l${n - 1}`}]`)
    expect(() => readYaml(laughs.join('\n'))).toThrow('aliases repeat more than 100000 values')
    const merges = Array.from(
      { length: 30 },
      (_, n) => `m${n}: &m${n} {<<: [${n === 0 ? '{}' : `*m${n - 1}, *m${n - 1}`}]}`,
    )
    expect(() => readYaml(merges.join('\n'))).toThrow('aliases repeat more than 100000 values')
  })

  test.each([
    ['brackets', '['.repeat(50_000)],
    ['block mappings', Array.from({ length: 2000 }, (_, n) => `${' '.repeat(n)}a:\n`).join('')],
    ['dashes', `${'- '.repeat(50_000)}a`],
    [
      'aliases in a chain',
      Array.from({ length: 5000 }, (_, n) => `l${n}: &l${n} ${n === 0 ? '[]' : `[*l${n - 1}]`}`).join('\n'),
    ],
    [
      'merges in a chain',
      Array.from({ length: 5000 }, (_, n) => `l${n}: &l${n} ${n === 0 ? '{}' : `{<<: *l${n - 1}}`}`).join('\n'),
    ],
  ])('on the nesting of %s', (_, text) => {
    expect(() => readYaml(text)).toThrow(/nested (too|more than 256 levels) deep/)
  })

  test('unclosed quotes fail in little time', async () => {
    const text = `a: "\n${'b: c\n'.repeat(20_000)}`
    expect(await cost(() => failure(text), 1000)).toBeLessThan(1000)
  })

  test('can be changed', () => {
    expect(() => readYaml('a: [[1]]', { maxDepth: 2 })).toThrow(YamlError)
    expect(() => readYaml('a: &x 1\nb: [*x, *x]', { maxAliased: 1 })).toThrow(YamlError)
  })
})

describe('readYamlDocuments', () => {
  test('returns each document that has a value, with its line', () => {
    expect(
      readYamlDocuments('# first\n\na: 1\n---\n# none\n---\n--- b\n...\n%YAML 1.1\n---\n\nc: 2\r\n---\r\nnull\r\n'),
    ).toEqual([
      { value: { a: 1 }, line: 3 },
      { value: 'b', line: 7 },
      { value: { c: 2 }, line: 12 },
      { value: null, line: 14 },
    ])
    expect(readYamlDocuments('')).toEqual([])
  })

  test('reports the line in the whole text if one is invalid', () => {
    expect(() => readYamlDocuments('a: 1\n---\nb: *x\n')).toThrow('line 3, column 4: ')
  })
})
