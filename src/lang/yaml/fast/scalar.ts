import { FIRST_NUMBER, FIRST_STRING, firstCharacter, resolvePlain } from '../scalar.ts'
import {
  BACKSLASH,
  COLON,
  type Codes,
  DASH,
  DOUBLE_QUOTE,
  END,
  HASH,
  isBlank,
  isLineEnd,
  LF,
  SINGLE_QUOTE,
  SPACE,
  tableOf,
} from './codes.ts'

/*
 * Single-line scalars for the fast reader. Each value is undefined, and each offset -1, if the general parser has to
 * read the scalar.
 */

const ZERO = 48

const plainStarts: Uint8Array = plainStartTable()

function plainStartTable(): Uint8Array {
  const table = new Uint8Array(256).fill(1, 33, 127).fill(1, 255)
  for (const char of '#&*!|>\'"%@`,[]{}?:') table[char.charCodeAt(0)] = 0
  return table
}

/** Whether a plain scalar may start at an offset. A few rare starts, such as `?x`, are left to the general parser. */
export function startsPlain(codes: Codes, at: number): boolean {
  const code = codes[at] ?? 0
  return plainStarts[code] === 1 && !(code === DASH && isBlank(codes[at + 1]))
}

/** The offset where a plain scalar ends: at `: `, before ` #`, or at the end of the line. Trailing spaces are included. */
export function plainEnd(codes: Codes, from: number): number {
  let pos = from
  for (;;) {
    while (mayEndPlain[codes[pos] ?? 0] === 0) pos++
    const code = codes[pos]
    if (code === COLON ? isBlank(codes[pos + 1]) : code !== HASH || codes[pos - 1] === SPACE) return pos
    pos++
  }
}

const mayEndPlain = tableOf([LF, END, COLON, HASH])

/** The value of the plain scalar between two offsets. */
export function plainValue(
  text: string,
  codes: Codes,
  from: number,
  end: number,
): null | boolean | number | string | undefined {
  let last = end
  while (codes[last - 1] === SPACE) last--
  const first = codes[from] ?? 0
  const kind = firstCharacter[first]
  if (kind === FIRST_STRING) return text.slice(from, last)
  if (kind === FIRST_NUMBER) return numberOrString(text, codes, from, last)
  // Words have at most five letters.
  return last - from > 5 ? text.slice(from, last) : fits(resolvePlain(text.slice(from, last)))
}

function numberOrString(text: string, codes: Codes, from: number, end: number): number | string | undefined {
  const first = codes[from]
  const second = codes[from + 1] ?? 0
  // Flags such as --x and -x are neither numbers nor -.inf.
  if (first === DASH && (second === DASH || isLetter(second))) return text.slice(from, end)
  if (end - from > 15 || (first === ZERO && end - from > 1)) return fitsNumber(text.slice(from, end))
  let value = 0
  for (let pos = from; pos < end; pos++) {
    const digit = (codes[pos] ?? 0) - ZERO
    if (digit < 0 || digit > 9) return fitsNumber(text.slice(from, end))
    value = value * 10 + digit
  }
  return value
}

function isLetter(code: number): boolean {
  const lower = code | 32
  return lower >= 97 && lower <= 122
}

function fitsNumber(text: string): number | string | undefined {
  const value = resolvePlain(text)
  if (typeof value === 'string') return value
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

function fits(value: null | boolean | number | bigint | string): null | boolean | number | string | undefined {
  return typeof value === 'bigint' ? undefined : value
}

/** The offset of the quote that closes a quoted scalar on the same line. */
export function quotedEnd(codes: Codes, open: number): number {
  return codes[open] === DOUBLE_QUOTE ? doubleQuotedEnd(codes, open) : singleQuotedEnd(codes, open)
}

/** The value of a quoted scalar. */
export function quotedValue(text: string, codes: Codes, open: number, close: number): string {
  const value = text.slice(open + 1, close)
  if (codes[open] === DOUBLE_QUOTE) return value.includes('\\') ? JSON.parse(text.slice(open, close + 1)) : value
  return value.includes("'") ? value.replaceAll("''", "'") : value
}

function singleQuotedEnd(codes: Codes, open: number): number {
  let pos = open + 1
  for (let code = codes[pos]; !isLineEnd(code); code = codes[++pos]) {
    if (code !== SINGLE_QUOTE) continue
    if (codes[pos + 1] !== SINGLE_QUOTE) return pos
    pos++
  }
  return -1
}

/** -1 unless JSON and YAML read all escapes alike, so that JSON.parse can decode the scalar. */
function doubleQuotedEnd(codes: Codes, open: number): number {
  let pos = open + 1
  for (;;) {
    while (mayEndQuoted[codes[pos] ?? 0] === 0) pos++
    if (codes[pos] !== BACKSLASH) return codes[pos] === DOUBLE_QUOTE ? pos : -1
    const escaped = codes[pos + 1] ?? 0
    if (escaped === SMALL_U && isSharedCodePoint(codes, pos + 2)) pos += 6
    else if (sharedEscapes[escaped] === 1) pos += 2
    else return -1
  }
}

const mayEndQuoted = tableOf([LF, END, DOUBLE_QUOTE, BACKSLASH])
const SMALL_U = 117
const sharedEscapes = tableOf([...'"\\bfnrt'].map((char) => char.charCodeAt(0)))

/** Whether four hex digits encode a character that isn't a surrogate: only JSON accepts those. */
function isSharedCodePoint(codes: Codes, at: number): boolean {
  const digits = String.fromCharCode(...codes.subarray(at, at + 4))
  return /^[0-9a-fA-F]{4}$/.test(digits) && !/^[dD][89a-fA-F]/.test(digits)
}
