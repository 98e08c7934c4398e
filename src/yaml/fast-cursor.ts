/** Where the fast reader stands: on the first character of a line's content, `indent` spaces into its line. */
export interface Cursor {
  readonly text: string
  pos: number
  /** -1 at the end of the text. */
  indent: number
  depth: number
}

export const LF = 10
export const SPACE = 32
export const DOUBLE_QUOTE = 34
export const HASH = 35
export const SINGLE_QUOTE = 39
export const COMMA = 44
export const DASH = 45
export const COLON = 58
export const BACKSLASH = 92

/** Deeper texts are left to the general parser, which knows the limit and says so. */
export const maxFastDepth = 64

/** Goes from the start of a line to the next content, over blank lines and comments. */
export function nextContent(cursor: Cursor, lineStart: number): void {
  const { text } = cursor
  const end = text.length
  let start = lineStart
  while (start < end) {
    let pos = start
    let code = text.charCodeAt(pos)
    while (code === SPACE) code = text.charCodeAt(++pos)
    if (code === LF) {
      start = pos + 1
    } else if (code === HASH) {
      const lineEnd = text.indexOf('\n', pos)
      start = lineEnd < 0 ? end : lineEnd + 1
    } else if (pos < end) {
      cursor.pos = pos
      cursor.indent = pos - start
      return
    } else {
      start = end
    }
  }
  cursor.pos = end
  cursor.indent = -1
}

/**
 * Ends a line behind a value: only spaces and a comment may follow. False when something else stands there.
 */
export function finishLine(cursor: Cursor, from: number): boolean {
  const { text } = cursor
  let pos = from
  let code = text.charCodeAt(pos)
  while (code === SPACE) code = text.charCodeAt(++pos)
  if (code === LF) {
    nextContent(cursor, pos + 1)
    return true
  }
  if (code === HASH) {
    if (pos === from) return false
    const lineEnd = text.indexOf('\n', pos)
    nextContent(cursor, lineEnd < 0 ? text.length : lineEnd + 1)
    return true
  }
  if (pos < text.length) return false
  cursor.pos = pos
  cursor.indent = -1
  return true
}

/** Whether a character ends a word: a space, a line break or the end of the text (whose code is NaN). */
export function isBlank(code: number): boolean {
  return code === SPACE || code === LF || Number.isNaN(code)
}
