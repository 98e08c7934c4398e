import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sprigFunctions } from '../../../../src/lang/template/sprig/index.ts'
import { failureOf, render } from './render.ts'

describe('encoding and hashing', () => {
  it('hashes as the platform does', () => {
    const runtime = { grow: () => {}, iterate: () => {} }
    const names = { sha1sum: 'sha1', sha256sum: 'sha256', sha512sum: 'sha512' }
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        for (const [name, algorithm] of Object.entries(names)) {
          expect(sprigFunctions[name]?.call(runtime, text)).toBe(createHash(algorithm).update(text).digest('hex'))
        }
      }),
      { numRuns: 60 },
    )
    expect(render('{{ adler32sum "Wikipedia" }}')).toBe('300286872')
  })

  it.each([
    [
      '{{ b64enc "héllo" }} {{ b64dec "aMOp\\nbGxv" }} {{ b64dec "/w==" | len }} {{ b32enc "fooba" }}',
      'aMOpbGxv héllo 1 MZXW6YTB',
    ],
    [
      '{{ b64dec "YWJj=" }}|{{ b64dec "YQ=A" }}|{{ b32dec "ME" }}|{{ b32dec "MFRGG=x=" }}',
      [4, 2]
        .map((at) => `illegal base64 data at input byte ${at}`)
        .concat([0, 5].map((at) => `illegal base32 data at input byte ${at}`))
        .join('|'),
    ],
  ])('%s', (text, output) => expect(render(text)).toBe(output))
})

describe('regular expressions', () => {
  it.each([
    [
      '{{ regexFindAll "a*" "baac" -1 | toJson }} {{ regexReplaceAll "x*" "axb" "[$0]" }} {{ regexFindAll "x" "a" -1 | toJson }}',
      '["","aa",""] []a[x]b[] null',
    ],
    [
      '{{ regexSplit "a*" "abaabaccadaaae" 5 | toJson }} {{ regexSplit "" "" -1 | toJson }} {{ regexSplit "a" "" -1 | toJson }}',
      '["","b","b","c","cadaaae"] [] [""]',
    ],
    [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: these are groups of the expression.
      '{{ regexReplaceAll "(?P<n>a)?(?P<n>b)" "b" "[$n$1x${1}${2}$$]" }}|{{ regexReplaceAllLiteral "a" "a" "$0" }}',
      '[bb$]|$0',
    ],
    ['{{ regexFindAll "[(?P<n>]+" "(?P<n>" -1 }} {{ regexFind "\\\\Q(?P<n>\\\\E" "(?P<n>" }}', '[(?P<n>] (?P<n>'],
    [
      '{{ regexMatch "^(a+)+$" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!" }} {{ regexMatch "(" "a" }} {{ regexQuoteMeta "a.b" }}',
      'false false a\\.b',
    ],
  ])('%s', (text, output) => expect(render(text)).toBe(output))

  it('refuses what RE2 does not support, in the words of Go', () => {
    expect(failureOf('{{ regexFind "a(?=b)" "ab" }}')).toContain(
      'regexp: Compile(`a(?=b)`): error parsing regexp: invalid or unsupported Perl syntax: `(?=`',
    )
    expect(failureOf('{{ mustRegexMatch "(a)\\\\1" "aa" }}')).toContain(
      'calling mustRegexMatch: error parsing regexp: invalid escape sequence: `\\1`',
    )
  })
})

describe('semver', () => {
  it.each([
    ['>=1.20-0', '1.20.0-rc.1', true],
    ['>=1.20', '1.21.0-rc.1', false],
    ['!=1.2.3', '1.2.4-alpha', true],
    ['^0.2.3', '0.3.0', false],
    ['^0.0.3', '0.0.4', false],
    ['~x', '5', true],
    ['1.2 - 1.4 || 2.x', '2.5', true],
    ['>1.2', '1.2.9', false],
    ['<=1.2', '1.2.9', true],
    ['>= 1.2 , < 2', 'v1.9.9', true],
    ['>1.0.0-alpha.1', '1.0.0-alpha.beta', true],
  ])('%s of %s is %s', (constraint, version, holds) =>
    expect(render('{{ semverCompare .c .v }}', { c: constraint, v: version })).toBe(String(holds)),
  )

  it('parses versions and their parts', () => {
    expect(
      render(
        '{{ with semver "v1.2-rc.1+b" }}{{ . }} {{ .Minor }} {{ .Prerelease }} {{ .Original }} {{ .IncPatch }} {{ .Compare (semver "1.2") }}{{ end }}',
      ),
    ).toBe('1.2.0-rc.1+b 2 rc.1 v1.2-rc.1+b 1.2.0 -1')
    expect(failureOf('{{ semver "1.2.3-01" }}')).toContain('Version segment starts with 0')
    expect(failureOf('{{ semverCompare ">>1" "1" }}')).toContain('improper constraint: >>1')
    expect(failureOf('{{ (semver "1").Nope }}')).toContain("can't evaluate field Nope in type *semver.Version")
  })
})

describe('URLs and paths', () => {
  it.each([
    [
      '{{ urlParse "http://u:p@h.io:80/a%20b?q=1#f" | toJson }}',
      '{"fragment":"f","host":"h.io:80","hostname":"h.io","opaque":"","path":"/a b","query":"q=1","scheme":"http","userinfo":"u:p"}',
    ],
    [
      '{{ urlParse "http://[fe80::1%25en0]:8080/" | urlJoin }} {{ (urlParse "mailto:a@b").opaque }} {{ (urlParse "x://a:1:2").host }}',
      'http://[fe80::1%25en0]:8080/ a@b a:1:2',
    ],
    [
      '{{ urlJoin (dict "scheme" "s" "host" "h" "path" "a?b" "fragment" "f g" "query" "q") }} {{ urlJoin (dict "path" "a:b") }}',
      's://h/a%3Fb?q#f%20g ./a:b',
    ],
    [
      '{{ clean "a/./b/../../../c" }} {{ dir "/a/b/" }} {{ base "/a/" }} {{ ext "a.b/c" }}| {{ osExt "x.tar.gz" }}',
      '../c /a/b a | .gz',
    ],
  ])('%s', (text, output) => expect(render(text)).toBe(output))

  it.each([
    ['http://h/%zz', 'parse "http://h/%zz": invalid URL escape "%zz"'],
    ['http://a b/', 'invalid character " " in host name'],
    ['http://h:80:80', 'invalid port ":80:80" after host'],
    [':x', 'missing protocol scheme'],
    ['http://[x]/', 'invalid host'],
  ])('urlParse of %s fails', (url, reason) => expect(failureOf('{{ urlParse .u }}', { u: url })).toContain(reason))
})
