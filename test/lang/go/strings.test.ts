import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canBackquote, quote, quoteRune, unquote, unquoteRune } from '../../../src/lang/go/quote.ts'
import { byteLength, compareBytes, fromBytes, repair, sliceBytes, toBytes, toText } from '../../../src/lang/go/utf8.ts'

describe('strings as bytes', () => {
  it('keep invalid bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = fromBytes(bytes)
        expect(toBytes(text)).toEqual(bytes)
        expect(byteLength(text)).toBe(bytes.length)
      }),
    )
  })

  it('rejoin the halves of a character', () => {
    const halves = sliceBytes('é', 0, 1) + sliceBytes('é', 1, 2)
    expect(halves).not.toBe('é')
    expect(repair(halves)).toBe('é')
    expect(toText(sliceBytes('😀', 0, 3))).toBe('\ufffd\ufffd\ufffd')
  })

  it('compare by their UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (left, right) => {
        const expected = Buffer.compare(Buffer.from(left), Buffer.from(right))
        expect(Math.sign(compareBytes(left, right))).toBe(expected)
      }),
    )
    expect(['😀', '～', 'a', 'Z', '10', '9'].sort(compareBytes)).toEqual(['10', '9', 'Z', 'a', '～', '😀'])
  })
})

describe('quoting', () => {
  it.each([
    ['plain', '"plain"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['\x07\b\f\n\r\t\v\0\x7f', '"\\a\\b\\f\\n\\r\\t\\v\\x00\\x7f"'],
    ['é世😀', '"é世😀"'],
    ['\u200b\u2028\ufeff', '"\\u200b\\u2028\\ufeff"'],
    ['\u{10ffff}', '"\\U0010ffff"'],
    [fromBytes(Uint8Array.of(0xff, 0x41)), '"\\xffA"'],
  ])('%j', (text, quoted) => {
    expect(quote(text)).toBe(quoted)
  })

  it('can escape all but ASCII', () => {
    expect(quote('é😀', true)).toBe('"\\u00e9\\U0001f600"')
    expect([quoteRune(0x27), quoteRune(0xe9, true), quoteRune(-1)]).toEqual(["'\\''", "'\\u00e9'", "'\ufffd'"])
    expect([canBackquote('a\tb'), canBackquote('a`'), canBackquote('a\n')]).toEqual([true, false, false])
  })

  it('is the inverse of unquoting', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => unquote(quote(text)) === repair(text)))
    fc.assert(fc.property(fc.uint8Array(), (bytes) => unquote(quote(fromBytes(bytes))) === fromBytes(bytes)))
  })

  it('refuses literals that Go refuses', () => {
    for (const literal of [
      '"\\\'"',
      '"\\400"',
      '"\\x4"',
      '"\\ud800"',
      '"\\U00110000"',
      '"\\"',
      '"a\nb"',
      '`a`b`',
      '"',
      "'a'",
    ]) {
      expect(unquote(literal)).toBeUndefined()
    }
    expect([unquoteRune("'é'"), unquoteRune("'\\x41'"), unquoteRune("'ab'"), unquoteRune("''")]).toEqual([
      233,
      65,
      'malformed character constant',
      'invalid syntax',
    ])
  })
})
