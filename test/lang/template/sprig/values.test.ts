import { describe, expect, it } from 'vitest'
import { failureOf, render } from './render.ts'

describe('lists', () => {
  it.each([
    [
      '{{ rest (list) | toJson }} {{ rest (list 1) | toJson }} {{ concat | toJson }} {{ without (list) | toJson }}',
      'null [] null []',
    ],
    ['{{ uniq (list 1 1.0 "1" (list) (list) nil nil) }} {{ compact (list 0 "" 1 nil) }}', '[1 1 1 [] <nil>] [1]'],
    [
      '{{ chunk 2 (until 5) }} {{ slice (list 1 2 3) 1 "2" }} {{ has 1 (list 1.0) }} {{ has nil nil }}',
      '[[0 1] [2 3] [4]] [2] false false',
    ],
    [
      '{{ $l := splitList "," "b,a" }}{{ $_ := sortAlpha $l }}{{ $l }} {{ $m := list "b" "a" }}{{ $_ := sortAlpha $m }}{{ $m }}',
      '[a b] [b a]',
    ],
    [
      '{{ typeOf (slice (until 3) 1) }} {{ typeOf (rest (until 3)) }} {{ typeOf (chunk 1 (list)) }}',
      '[]int []interface {} [][]interface {}',
    ],
  ])('%s', (text, output) => expect(render(text)).toBe(output))

  it.each([
    ['{{ first "a" }}', 'Cannot find first on type string'],
    ['{{ push (dict) 1 }}', 'Cannot push on type map'],
    ['{{ uniq nil }}', 'nil pointer dereference'],
    ['{{ chunk 0 (list 1) }}', 'makeslice: len out of range'],
    ['{{ slice (list 1) 0 5 }}', 'slice index out of bounds'],
  ])('%s fails', (text, reason) => expect(failureOf(text)).toContain(reason))
})

describe('dictionaries', () => {
  it.each([
    [
      '{{ dict "a" 1 "b" }} {{ get (dict) "x" | kindOf }} {{ dict nil 1 1.5 2 }}',
      'map[a:1 b:] string map[1.5:2 <nil>:1]',
    ],
    [
      '{{ dig "a" "b" "d" (dict "a" (dict "b" 1)) }} {{ dig "a" "x" "d" (dict "a" (dict)) }} {{ pluck "a" (dict "a" nil) }}',
      '1 d [<nil>]',
    ],
    [
      '{{ merge (dict "a" "" "m" (dict "x" 1)) (dict "a" 2 "n" nil "m" (dict "x" 9 "y" 2)) | toJson }}',
      '{"a":2,"m":{"x":1,"y":2}}',
    ],
    [
      '{{ mergeOverwrite (dict "a" 1 "m" (dict "x" 1)) (dict "a" nil "m" (dict "x" "")) | toJson }}',
      '{"a":null,"m":{"x":""}}',
    ],
    [
      '{{ merge (dict "m" (dict)) (dict "m" (dict "k" nil)) | toJson }} {{ merge .nope (dict "a" 1) }}',
      '{"m":{"k":null}} map[a:1]',
    ],
    ['{{ $a := dict "i" (dict "x" 1) }}{{ $b := deepCopy $a }}{{ $_ := set $b.i "x" 2 }}{{ $a }}', 'map[i:map[x:1]]'],
  ])('%s', (text, output) => expect(render(text)).toBe(output))

  it('keeps keys with special meaning in JavaScript as data', () => {
    expect(
      render(
        '{{ $m := dict "__proto__" (dict "x" 1) }}{{ keys $m }} {{ (get $m "__proto__").x }} {{ get (dict) "constructor" }}|',
      ),
    ).toBe('[__proto__] 1 |')
    expect(
      render('{{ merge (dict) (fromJson .j) | toJson }} {{ hasKey (dict) "toString" }}', {
        j: '{"__proto__":{"x":1}}',
      }),
    ).toBe('{"__proto__":{"x":1}} false')
    expect(({} as { x?: number }).x).toBeUndefined()
  })

  it('fails where Go panics', () => {
    expect(failureOf('{{ set .nope "a" 1 }}')).toContain('assignment to entry in nil map')
    expect(failureOf('{{ dig "a" "b" "d" (dict "a" 1) }}')).toContain(
      'interface conversion: interface {} is int, not map[string]interface {}',
    )
    expect(failureOf('{{ $m := dict }}{{ $_ := set $m "m" $m }}{{ deepCopy $m }}')).toContain('nested deeper')
  })
})

describe('types, defaults, JSON', () => {
  it.each([
    [
      '{{ deepEqual (list 1 (dict "a" 2)) (list 1 (dict "a" 2)) }} {{ deepEqual (until 2) (list 0 1) }} {{ deepEqual 1 (int64 1) }}',
      'true false false',
    ],
    [
      '{{ typeOf (semver "1") }} {{ typeIsLike "semver.Version" (semver "1") }} {{ kindOf (semver "1").Major }}',
      '*semver.Version true uint64',
    ],
    [
      '{{ default "d" 0 }} {{ coalesce nil "" 7 }} {{ ternary 1 2 false }} {{ all }} {{ any 0 1 }} {{ empty (list nil) }}',
      'd 7 2 true true false',
    ],
    [
      '{{ toJson (dict "b" "<" "a" 1e21) }} {{ toRawJson "<" }} {{ toJson (float64 "NaN") }}|{{ fromJson "[1e400]" }}',
      '{"a":1e+21,"b":"\\u003c"} "<" |<no value>',
    ],
    ['{{ fromJson "\\"\\\\ud800x\\"" }} {{ (fromJson "{\\"a\\":-0}").a }}', '\ufffdx -0'],
  ])('%s', (text, output) => expect(render(text)).toBe(output))

  it.each([
    ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
    ['{"a":1 2}', "invalid character '2' after object key:value pair"],
    ['[1,', 'unexpected end of JSON input'],
    ['tru', "invalid character ' ' in literal true (expecting 'e')"],
    ['é', "invalid character 'Ã' looking for beginning of value"],
    ['01', "invalid character '1' after top-level value"],
    ['[1e400]', 'cannot unmarshal number 1e400 into Go value of type float64'],
  ])('mustFromJson of %s fails', (json, reason) =>
    expect(failureOf('{{ mustFromJson .j }}', { j: json })).toContain(reason),
  )
})
