import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sprigFunctions } from '../../../../src/lang/template/sprig/index.ts'
import { unsupportedFunctions } from '../../../../src/lang/template/sprig/system.ts'
import { failureOf, render } from './render.ts'

// Functions without another test. The results are those of sprig v3.3.0.
test.each<[string, string]>([
  ['{{ trim " a " }}.{{ trimall "$" "$5$" }}', 'a.5'],
  ['{{ contains "b" "abc" }} {{ hasPrefix "a" "abc" }} {{ hasSuffix "a" "abc" }}', 'true true false'],
  ['{{ toStrings (list 1 "b" true) | join "," }} {{ tuple 1 "b" }}', '1,b,true [1 b]'],
  [
    '{{ last (list 1 2 3) }} {{ initial (list 1 2 3) }} {{ reverse (list 1 2 3) }} {{ append (list 1) 2 }} {{ prepend (list 1) 2 }}',
    '3 [1 2] [3 2 1] [1 2] [2 1]',
  ],
  [
    '{{ mustFirst (list 1 2) }} {{ mustLast (list 1 2) }} {{ mustRest (list 1 2) }} {{ mustInitial (list 1 2) }} {{ mustReverse (list 1 2) }}',
    '1 2 [2] [1] [2 1]',
  ],
  [
    '{{ mustCompact (list 1 0 "") }} {{ mustAppend (list 1) 2 }} {{ mustPush (list 1) 2 }} {{ mustPrepend (list 1) 2 }}',
    '[1] [1 2] [1 2] [2 1]',
  ],
  [
    '{{ mustWithout (list 1 2 3) 2 }} {{ mustHas 2 (list 1 2) }} {{ mustUniq (list 1 1 2) }} {{ mustChunk 2 (list 1 2 3) }} {{ mustSlice (list 1 2 3) 1 2 }}',
    '[1 3] true [1 2] [[1 2] [3]] [2]',
  ],
  [
    '{{ unset (dict "a" 1 "b" 2) "a" }} {{ values (dict "a" 1) }} {{ pick (dict "a" 1 "b" 2) "a" }} {{ omit (dict "a" 1 "b" 2) "a" }}',
    'map[b:2] [1] map[a:1] map[b:2]',
  ],
  [
    '{{ mustDeepCopy (dict "a" (list 1)) }} {{ mustMerge (dict "a" 1) (dict "a" 2 "b" 2) }} {{ mustMergeOverwrite (dict "a" 1) (dict "a" 2 "b" 2) }}',
    'map[a:[1]] map[a:1 b:2] map[a:2 b:2]',
  ],
  [
    '{{ add1 1 }} {{ sub 1 3 }} {{ mul 2 3 4 }} {{ biggest 1 3 2 }} {{ min 3 1 2 }} {{ subf 1.5 0.25 }} {{ maxf 1 2.5 }} {{ floor 1.7 }}',
    '2 -2 24 3 1 1.25 2.5 1',
  ],
  [
    '{{ typeIs "string" "a" }} {{ typeIs "int" "a" }} {{ kindIs "map" dict }} {{ kindIs "slice" dict }}',
    'true false true false',
  ],
  [
    '{{ toPrettyJson (dict "a" (list 1 2)) }} {{ mustToJson (dict "a" "<") }} {{ mustToPrettyJson list }} {{ mustToRawJson (dict "a" "<") }}',
    '{\n  "a": [\n    1,\n    2\n  ]\n} {"a":"\\u003c"} [] {"a":"<"}',
  ],
  [
    '{{ mustRegexFind "a+" "baac" }} {{ mustRegexFindAll "a" "aba" -1 }} {{ mustRegexReplaceAll "a(x*)b" "-ab-axxb-" "[$1]" }} {{ mustRegexReplaceAllLiteral "a(x*)b" "-ab-axxb-" "$1" }} {{ mustRegexSplit "z+" "pizza" -1 }}',
    'aa [a a] -[]-[xx]- -$1-$1- [pi a]',
  ],
  [
    '{{ $day := toDate "2006-01-02" "2021-05-04" }}{{ date_in_zone "2006-01-02 15:04" $day "UTC" }} {{ htmlDate $day }} {{ date_modify "1h" $day | date "15:04" }} {{ must_date_modify "-1h" $day | date "15:04" }}',
    '2021-05-04 00:00 2021-05-04 01:00 23:00',
  ],
  [
    '{{ isAbs "/a" }} {{ isAbs "a" }} {{ osBase "/a/b" }} {{ osDir "/a/b" }} {{ osClean "/a/../b/" }} {{ osIsAbs "/a" }} {{ osIsAbs "a" }}',
    'true false b /a /b true false',
  ],
  ['{{ randAlphaNum 8 | regexMatch "^[0-9a-zA-Z]{8}$" }} {{ len (randAscii 7) }}', 'true 7'],
  [
    '{{ sha1sum "a" }} {{ sha256sum "a" }}',
    '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8 ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
  ],
])('%s', (text, expected) => {
  expect(render(text)).toBe(expected)
})

test('ago returns a duration', () => {
  expect(render('{{ regexMatch "^[0-9]+h[0-9]+m[0-9]+s$" (ago (toDate "2006-01-02" "2021-05-04")) }}')).toBe('true')
})

test('fail throws an error with its message', () => {
  expect(failureOf('{{ fail "no" }}')).toContain('no')
})

test.each(Object.keys(unsupportedFunctions))('%s is not supported', (name) => {
  expect(failureOf(`{{ ${name} }}`)).toContain(`error calling ${name}: `)
})

test('every function of sprig is in a template of this folder', () => {
  const texts = readdirSync(import.meta.dirname).map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
  const isTested = (name: string) => texts.some((text) => new RegExp(`\\{\\{[^}]*\\b${name}\\b`).test(text))
  const names = Object.keys(sprigFunctions).filter((name) => !Object.hasOwn(unsupportedFunctions, name))
  expect(names.length).toBeGreaterThan(180)
  expect(names.filter((name) => !isTested(name))).toEqual([])
})
