import { fromBytes, repair } from './utf8.ts'

const named: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
}

const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u
const special = /[^ !#-[\]-~]/gu

/** Whether Go counts a character as printable: letters, marks, numbers, punctuation, symbols and the ASCII space. */
export function isPrintable(character: string): boolean {
  return printable.test(character)
}

/**
 * Quotes a string like strconv.Quote: in double quotes, with Go's escapes. With `ascii`, non-ASCII characters are escaped too.
 */
export function quote(text: string, ascii = false): string {
  if (isPlain(text)) return `"${text}"`
  return `"${repair(text).replace(special, (character) => escaped(character, '"', ascii))}"`
}

/** Whether no character needs an escape. For short strings, a loop is faster than a regular expression. */
function isPlain(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < 0x20 || code > 0x7e || code === 0x22 || code === 0x5c) return false
  }
  return true
}

/** Quotes a character like strconv.QuoteRune: `'a'`, `'\n'`. */
export function quoteRune(codePoint: number, ascii = false): string {
  const valid = codePoint >= 0 && codePoint <= 0x10ffff && !(codePoint >= 0xd800 && codePoint <= 0xdfff)
  return `'${escaped(String.fromCodePoint(valid ? codePoint : 0xfffd), "'", ascii)}'`
}

/** Whether a string can be a raw string literal: one line of valid UTF-8 without backquotes or control characters except tabs. */
export function canBackquote(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters can't be in a raw string literal.
  return text.isWellFormed() && !/[\0-\x08\x0a-\x1f`\x7f\ufeff]/.test(text)
}

function escaped(character: string, around: string, ascii: boolean): string {
  if (character === around) return `\\${character}`
  const short = named[character]
  if (short !== undefined) return short
  const code = character.codePointAt(0) ?? 0
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${hex(code - 0xdc00, 2)}`
  if (code < 0x80 ? code >= 0x20 && code < 0x7f : !ascii && isPrintable(character)) return character
  if (code < 0x80) return `\\x${hex(code, 2)}`
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0')
}

const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 }

/**
 * The value of a Go string literal in double quotes or backquotes; undefined if it is invalid. Raw strings lose
 * their carriage returns.
 */
export function unquote(literal: string): string | undefined {
  const around = literal[0]
  if (literal.length < 2 || literal.at(-1) !== around) return undefined
  const inner = literal.slice(1, -1)
  if (around === '`') return inner.includes('`') ? undefined : inner.replaceAll('\r', '')
  if (around !== '"' || inner.includes('\n')) return undefined
  if (!inner.includes('\\')) return inner.includes('"') ? undefined : inner
  return unescaped(inner)
}

/** The code point of a Go character literal such as `'a'` or `'\x03'`; Go's reason if it is invalid. */
export function unquoteRune(literal: string): number | 'invalid syntax' | 'malformed character constant' {
  const first = literal[1]
  if (first === undefined || first === "'" || first === '\n') return 'invalid syntax'
  const parsed =
    first === '\\' ? readEscape(literal, 1, "'") : { code: literal.codePointAt(1) ?? 0, end: 0, byte: false }
  if (parsed === undefined) return 'invalid syntax'
  const end = first === '\\' ? parsed.end : 1 + String.fromCodePoint(parsed.code).length
  return literal.slice(end) === "'" ? parsed.code : 'malformed character constant'
}

function unescaped(inner: string): string | undefined {
  let out = ''
  let bytes = false
  for (let index = 0; index < inner.length; ) {
    const character = inner[index]
    if (character === '"') return undefined
    if (character !== '\\') {
      out += character
      index++
      continue
    }
    const parsed = readEscape(inner, index, '"')
    if (parsed === undefined) return undefined
    bytes ||= parsed.byte
    out += parsed.byte ? fromBytes(Uint8Array.of(parsed.code)) : String.fromCodePoint(parsed.code)
    index = parsed.end
  }
  return bytes ? repair(out) : out
}

/** Reads the escape at `index`. `byte` says that its code is a byte of the string (`\xff`, `\377`), not a character. */
function readEscape(
  text: string,
  index: number,
  around: string,
): { code: number; end: number; byte: boolean } | undefined {
  const letter = text[index + 1]
  if (letter === undefined) return undefined
  if (letter === around) return { code: letter.charCodeAt(0), end: index + 2, byte: false }
  if (Object.hasOwn(escapes, letter)) return { code: escapes[letter] ?? 0, end: index + 2, byte: false }
  const lengths: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }
  const length = Object.hasOwn(lengths, letter) ? (lengths[letter] ?? 0) : 0
  if (length > 0) {
    const digits = text.slice(index + 2, index + 2 + length)
    if (digits.length < length || !/^[0-9a-fA-F]+$/.test(digits)) return undefined
    const code = Number.parseInt(digits, 16)
    if (length > 2 && (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))) return undefined
    return { code, end: index + 2 + length, byte: length === 2 && code > 0x7f }
  }
  const octal = /^[0-7]{3}/.exec(text.slice(index + 1, index + 4))
  if (octal === null) return undefined
  const code = Number.parseInt(octal[0], 8)
  return code > 255 ? undefined : { code, end: index + 4, byte: code > 0x7f }
}
