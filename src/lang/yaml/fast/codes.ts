/**
 * The characters of a text as bytes, which are much faster to access than those of a string: ASCII as is, other
 * characters as 255, and zeros after the end.
 */
export type Codes = Uint8Array

export const END = 0
export const LF = 10
export const SPACE = 32
export const DOUBLE_QUOTE = 34
export const HASH = 35
export const SINGLE_QUOTE = 39
export const PLUS = 43
export const COMMA = 44
export const DASH = 45
export const COLON = 58
export const GREATER = 62
export const QUESTION = 63
export const OPEN_BRACKET = 91
export const BACKSLASH = 92
export const CLOSE_BRACKET = 93
export const OPEN_BRACE = 123
export const BAR = 124
export const CLOSE_BRACE = 125
export const DELETE = 127
export const BEYOND_ASCII = 255

/** A lookup table: 1 for the listed codes. */
export function tableOf(codes: readonly number[]): Uint8Array {
  const table = new Uint8Array(256)
  for (const code of codes) table[code] = 1
  return table
}

/** The offset of the first character that isn't a space. */
export function skipSpaces(codes: Codes, from: number): number {
  let pos = from
  while (codes[pos] === SPACE) pos++
  return pos
}

/** Whether a character ends a word: a space, a line break or the end of the text. */
export function isBlank(code: number | undefined): boolean {
  return code === SPACE || code === LF || code === END || code === undefined
}

/** Whether a character ends a line. */
export function isLineEnd(code: number | undefined): boolean {
  return code === LF || code === END || code === undefined
}
