import { describe, expect, it } from 'vitest'
import { compile } from '../../../../src/lang/template/compile.ts'
import { sprigFunctions, sprigWithEnvironment } from '../../../../src/lang/template/sprig/index.ts'
import { failureOf, render } from './render.ts'

describe('bounds', () => {
  it.each([
    ['{{ until 1000000 | len }}', 'the length of the list: 1000000 exceeds the limit of 100000'],
    ['{{ seq 1 1000000 }}', 'exceeds the limit of 100000'],
    ['{{ repeat 1000000000000 "abc" }}', 'more than the limit'],
    ['{{ indent 100000000000 "a" }}', 'more than the limit'],
    ['{{ $s := "0123456789" }}{{ range until 60 }}{{ $s = cat $s $s }}{{ end }}', 'more than the limit'],
    ['{{ date (repeat 5000 "2006") 0 }}', 'the length of the layout: 20000'],
    ['{{ $l := list 1 }}{{ range until 60 }}{{ $l = concat $l $l }}{{ end }}', 'more than the limit'],
    ['{{ $l := list 1 }}{{ range until 60 }}{{ $l = list $l $l }}{{ end }}{{ deepCopy $l }}', 'more than the limit'],
    [
      '{{ $l := list 1 }}{{ $m := list 1 }}{{ range until 60 }}{{ $l = list $l $l }}{{ $m = list $m $m }}{{ end }}{{ deepEqual $l $m }}',
      'more than the limit',
    ],
    ['{{ regexMatch "(a?){500}a{500}" (repeat 100000 "a") }}', 'the steps of the regular expression over this text'],
    ['{{ regexFindAll "a.*b|a" (repeat 600000 "a") -1 }}', 'takes longer than the limit'],
    ['{{ regexMatch (repeat 3000 "a") "a" }}', 'the length of the regular expression: 3000'],
    ['{{ regexMatch (repeat 100 "(a{30}){30}") "a" }}', 'the instructions of the regular expression'],
    ['{{ sha512sum (repeat 2000000 "a") }}', 'the bytes to hash: 2000000'],
    ['{{ randAlpha 1000000 }}', 'the length of the random string'],
  ])('%s', (text, reason) => expect(failureOf(text)).toContain(reason))
})

describe('what templates have no access to', () => {
  it.each([
    'genCA "a" 1',
    'genPrivateKey "rsa"',
    'bcrypt "x"',
    'htpasswd "a" "b"',
    'encryptAES "a" "b"',
    'getHostByName "a"',
    'derivePassword 1 "a" "b" "c" "d"',
  ])('%s is not available', (call) => expect(failureOf(`{{ ${call} }}`)).toContain('is not available here'))

  it('reads only the given environment', () => {
    expect(render('[{{ env "PATH" }}{{ expandenv "$PATH" }}{{ env "__proto__" }}{{ env "constructor" }}]')).toBe('[]')
    const functions = sprigWithEnvironment({ ZONE: 'eu' })
    const renderWith = (text: string) => compile(text, { functions }).render({})
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a shell variable.
    expect(renderWith('{{ env "ZONE" }} {{ expandenv "${ZONE}-$ZONE-$PATH-$%" }}')).toBe('eu eu-eu--$%')
  })

  it('creates random strings of the right kind and length', () => {
    expect(render('{{ randAlpha 20 }} {{ randNumeric 5 }} {{ uuidv4 }}')).toMatch(
      /^[A-Za-z]{20} [0-9]{5} [0-9a-f-]{36}$/,
    )
    expect(
      render(
        '{{ $n := randInt 3 5 }}{{ and (ge $n 3) (lt $n 5) }} {{ shuffle "abc" | len }} {{ randBytes 3 | b64dec | len }}',
      ),
    ).toBe('true 3 3')
    expect(failureOf('{{ randInt 5 5 }}')).toContain('invalid argument to Intn')
  })

  it('has every function of sprig', () => {
    expect(Object.keys(sprigFunctions)).toHaveLength(211)
  })
})
