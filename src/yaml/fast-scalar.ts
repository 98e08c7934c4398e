import { BACKSLASH, COLON, DOUBLE_QUOTE, HASH, isBlank, LF, SINGLE_QUOTE, SPACE } from './fast-cursor.ts'
import { FIRST_NUMBER, FIRST_TEXT, firstCharacter, resolvePlain } from './scalar.ts'

/*
 * Scalars on one line for the fast reader. Each value is undefined, and each offset -1, where the general parser should decide.
 */

const plainStarts: Uint8Array = plainStartTable()

function plainStartTable(): Uint8Array {
  const table = new Uint8Array(128).fill(1, 33, 127)
  for (const char of '#&*!|>\'"%@`,[]{}?:') table[char.charCodeAt(0)] = 0
  return table
}

/** Whether a plain scalar may start at an offset; a few odd ones, such as `?x`, are left to the general parser. */
export function startsPlain(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (code > 127) return true
  return plainStarts[code] === 1 && !(code === 45 && isBlank(text.charCodeAt(at + 1)))
}

/** The offset at which a plain scalar ends: at `: `, before ` #`, or at the end of the line. Trailing spaces belong to it. */
export function plainEnd(text: string, from: number): number {
  let pos = from
  for (let code = text.charCodeAt(pos); pos < text.length && code !== LF; code = text.charCodeAt(++pos)) {
    if (code === COLON && isBlank(text.charCodeAt(pos + 1))) return pos
    if (code === HASH && text.charCodeAt(pos - 1) === SPACE) return pos
  }
  return pos
}

/** The value of the plain scalar between two offsets. */
export function plainValue(text: string, from: number, end: number): null | boolean | number | string | undefined {
  let last = end
  while (text.charCodeAt(last - 1) === SPACE) last--
  const first = text.charCodeAt(from)
  const kind = first > 127 ? FIRST_TEXT : firstCharacter[first]
  if (kind === FIRST_TEXT) return text.slice(from, last)
  if (kind === FIRST_NUMBER) return numberOrText(text, from, last, first)
  // Words have five letters at most.
  return last - from > 5 ? text.slice(from, last) : fits(resolvePlain(text.slice(from, last)))
}

function numberOrText(text: string, from: number, end: number, first: number): number | string | undefined {
  const second = text.charCodeAt(from + 1)
  // Flags such as --x and -x are neither numbers nor -.inf.
  if (first === 45 && (second === 45 || (second | 32) > 96)) return text.slice(from, end)
  if (end - from <= 15 && (first !== 48 || end - from === 1)) {
    let value = 0
    for (let pos = from; pos < end; pos++) {
      const digit = text.charCodeAt(pos) - 48
      if (digit < 0 || digit > 9) return fitsNumber(text.slice(from, end))
      value = value * 10 + digit
    }
    return value
  }
  return fitsNumber(text.slice(from, end))
}

function fitsNumber(text: string): number | string | undefined {
  const value = resolvePlain(text)
  if (typeof value === 'string') return value
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

function fits(value: null | boolean | number | bigint | string): null | boolean | number | string | undefined {
  return typeof value === 'bigint' ? undefined : value
}

/** The offset of the quote that closes a single-quoted scalar on the same line. */
export function singleQuotedEnd(text: string, open: number): number {
  let pos = open + 1
  for (let code = text.charCodeAt(pos); pos < text.length && code !== LF; code = text.charCodeAt(++pos)) {
    if (code !== SINGLE_QUOTE) continue
    if (text.charCodeAt(pos + 1) !== SINGLE_QUOTE) return pos
    pos++
  }
  return -1
}

export function singleQuotedValue(text: string, open: number, close: number): string {
  const value = text.slice(open + 1, close)
  return value.includes("'") ? value.replaceAll("''", "'") : value
}

/** The offset of the quote that closes a double-quoted scalar on the same line, if JSON and YAML read its escapes alike. */
export function doubleQuotedEnd(text: string, open: number): number {
  let pos = open + 1
  for (let code = text.charCodeAt(pos); pos < text.length && code !== LF; code = text.charCodeAt(++pos)) {
    if (code === DOUBLE_QUOTE) return pos
    if (code !== BACKSLASH) continue
    const escape = text.charCodeAt(++pos)
    if (escape === 117) {
      if (!isSharedCodePoint(text, pos + 1)) return -1
      pos += 4
    } else if (sharedEscapes[escape] !== 1) {
      return -1
    }
  }
  return -1
}

const sharedEscapes: Uint8Array = new Uint8Array(128)
for (const char of '"\\bfnrt') sharedEscapes[char.charCodeAt(0)] = 1

/** Four hexadecimal digits that name a character, not half of one: those only JSON knows. */
function isSharedCodePoint(text: string, at: number): boolean {
  const digits = text.slice(at, at + 4)
  return /^[0-9a-fA-F]{4}$/.test(digits) && !/^[dD][89a-fA-F]/.test(digits)
}

export function doubleQuotedValue(text: string, open: number, close: number): string {
  const value = text.slice(open + 1, close)
  return value.includes('\\') ? JSON.parse(text.slice(open, close + 1)) : value
}
