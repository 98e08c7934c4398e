import { describe, expect, it } from 'vitest'
import { failureOf, render } from './render.ts'

// The results are those of sprig v3.3.0 with Go 1.26.
describe('strings', () => {
  it.each([
    ['{{ trunc -3 "hello" }} {{ trunc 2 "é!" }} {{ trunc 99 "a" }}', 'llo é a'],
    ['{{ substr -1 5 "hello world" }}|{{ substr 6 -1 "hello world" }}|{{ substr 0 99 "a" }}', 'hello|world|a'],
    ['{{ replace "" "-" "aé" }} {{ replace "." "$&" "a.b" }}', '-a-é- a$&b'],
    ['{{ trimAll "é-" "é-a-é" }} {{ trimPrefix "aa" "aaa" }} {{ trimSuffix "" "a" }}', 'a a a'],
    ['{{ nospace "à b" }} {{ initials "élan vital" }}', 'Ãb Ãv'],
    [
      '{{ cat nil "a" (list 1 nil) 2.5 }}|{{ quote "é\\x00" nil 1e6 }}|{{ squote "it\'s" true }}',
      `a [1 <nil>] 2.5|"é\\x00" "1e+06"|'it's' 'true'`,
    ],
    ['{{ join "," (list 1 nil "a" (list 2)) }} {{ sortAlpha (list "Z" "a" 10 9) }}', '1,a,[2] [10 9 Z a]'],
    [
      '{{ splitn "," 2 "a,b,c" }} {{ split "" "ab" }} {{ splitList ":" "x" | toJson }}',
      'map[_0:a _1:b,c] map[_0:a _1:b] ["x"]',
    ],
    ['{{ plural "one" "many" 1 }} {{ repeat 3 "ab" }} {{ indent 2 "a\\nb" }}', 'one ababab   a\n  b'],
  ])('%s', (text, output) => expect(render(text)).toBe(output))

  it('fails like Go if a slice is out of bounds', () => {
    expect(failureOf('{{ substr 5 2 "hello" }}')).toContain(
      'error calling substr: runtime error: slice bounds out of range [5:2]',
    )
    expect(failureOf('{{ repeat -1 "x" }}')).toContain('strings: negative Repeat count')
  })
})

describe('case', () => {
  it.each([
    ['{{ upper "ßǆé" }} {{ lower "İΑΣ" | printf "%q" }} {{ title "don\'t x’y ǆ" }}', 'ßǄÉ "iασ" Don\'T X’y ǅ'],
    ['{{ untitle "First Name" }} {{ swapcase "This Is ǆ" }}', 'first name tHIS iS ǅ'],
    [
      '{{ camelcase "_complex__case_" }} {{ camelcase "HTTPServer" }} {{ camelcase "_" }}',
      '_Complex_Case_ Httpserver __',
    ],
    [
      '{{ snakecase "HTTP20xOK" }} {{ snakecase "Bld4Floor3rd" }} {{ kebabcase "a.-b-c$D" }}',
      'http_20x_ok bld4_floor_3rd a.-b-c-$-d',
    ],
  ])('%s', (text, output) => expect(render(text)).toBe(output))
})

describe('layout', () => {
  it.each([
    [
      '{{ abbrev 8 "quite long text" }} {{ abbrevboth 6 8 "abcdefghijklmnop" }} {{ abbrevboth 50 8 "hello world" }}',
      'quite... ...gh... ...world',
    ],
    [
      '{{ wrap 5 "hello wide world" }}|{{ wrapWith 3 "-" "abcdefgh i" }}|{{ wrap 6 "été été" }}',
      'hello\nwide\nworld|abc-def-gh-i|été\nété',
    ],
    ['{{ nindent 2 "a\\n\\nb" }}', '\n  a\n  \n  b'],
  ])('%s', (text, output) => expect(render(text)).toBe(output))
})
