/**
 * The characters of a text as bytes, which are far quicker to look at than a string's: ASCII as it is, anything beyond as 255, and
 * zeros behind the end.
 */
export type Codes = Uint8Array

/** Where the fast reader stands: on the first character of a line's content, `indent` spaces into its line. */
export interface Cursor {
  readonly text: string
  readonly codes: Codes
  pos: number
  /** -1 at the end of the text. */
  indent: number
  /** How many more levels of nesting may be opened. */
  levels: number
}

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

/** A table of bytes: 1 for those listed. */
export function tableOf(codes: readonly number[]): Uint8Array {
  const table = new Uint8Array(256)
  for (const code of codes) table[code] = 1
  return table
}

const isSimple = tableOf([LF, ...Array.from({ length: 95 }, (_, index) => SPACE + index)])

const encoder = new TextEncoder()
// Of what YAML may hold, all but tabs, carriage returns, other line breaks, and characters beyond the basic plane.
const notSimple = /[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/

/** The characters of a text; undefined when it holds one that is left to the general parser. */
export function codesOf(text: string): Codes | undefined {
  const { length } = text
  const codes = new Uint8Array(length + 1)
  const { read, written } = encoder.encodeInto(text, codes)
  if (read === length && written === length) {
    for (let index = 0; index < length; index++) if (isSimple[codes[index] ?? 0] === 0) return undefined
    return codes
  }
  if (notSimple.test(text)) return undefined
  for (let index = 0; index < length; index++) codes[index] = Math.min(text.charCodeAt(index), 255)
  codes[length] = 0
  return codes
}

/** The offset of the first character that isn't a space. */
export function skipSpaces(codes: Codes, from: number): number {
  let pos = from
  while (codes[pos] === SPACE) pos++
  return pos
}

/** Goes from the start of a line to the next content, over blank lines and comments. */
export function nextContent(cursor: Cursor, lineStart: number): void {
  const { codes } = cursor
  let start = lineStart
  for (;;) {
    const pos = skipSpaces(codes, start)
    const code = codes[pos]
    if (code === LF) {
      start = pos + 1
    } else if (code === HASH) {
      start = nextLine(codes, pos)
    } else {
      cursor.pos = pos
      cursor.indent = code === END || code === undefined ? -1 : pos - start
      return
    }
  }
}

/** The start of the line below. */
function nextLine(codes: Codes, from: number): number {
  const lineBreak = codes.indexOf(LF, from)
  return lineBreak < 0 ? codes.length - 1 : lineBreak + 1
}

/** Ends a line behind a value: only spaces and a comment may follow. False when something else stands there. */
export function finishLine(cursor: Cursor, from: number): boolean {
  const { codes } = cursor
  const pos = skipSpaces(codes, from)
  const code = codes[pos]
  if (code === LF) nextContent(cursor, pos + 1)
  else if (code === HASH && pos > from) nextContent(cursor, nextLine(codes, pos))
  else if (code === END) cursor.indent = -1
  else return false
  return true
}

/** Whether a character ends a word: a space, a line break or the end of the text. */
export function isBlank(code: number | undefined): boolean {
  return code === SPACE || code === LF || code === END || code === undefined
}

/** Whether a character ends a line. */
export function isLineEnd(code: number | undefined): boolean {
  return code === LF || code === END || code === undefined
}
