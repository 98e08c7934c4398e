import type { BlockCache } from '../block-cache.ts'
import { type Codes, HASH, isLineEnd, skipSpaces } from './codes.ts'
import type { Lines } from './lines.ts'

/** The position of the fast reader: at the first character of a line's content, after `indent` spaces. */
export interface Cursor {
  readonly text: string
  readonly codes: Codes
  readonly lines: Lines
  readonly cache: BlockCache | undefined
  /** The index of the line among those with content. */
  line: number
  pos: number
  /** -1 at the end of the text. */
  indent: number
  /** How many more levels of nesting may be opened. */
  levels: number
}

/** Moves to a line by its index. */
export function goToLine(cursor: Cursor, line: number): void {
  const { starts, indents } = cursor.lines
  cursor.line = line
  cursor.indent = indents[line] ?? -1
  cursor.pos = (starts[line] ?? 0) + cursor.indent
}

/** Moves to the first line with content that starts at or after an offset. */
export function goPast(cursor: Cursor, offset: number): void {
  const { starts } = cursor.lines
  let line = cursor.line + 1
  while ((starts[line] ?? offset) < offset) line++
  goToLine(cursor, line)
}

/** Moves to the next line after a value. False if anything but spaces and a comment follows the value. */
export function finishLine(cursor: Cursor, from: number): boolean {
  const { codes } = cursor
  const pos = skipSpaces(codes, from)
  const code = codes[pos]
  if (!isLineEnd(code) && (code !== HASH || pos === from)) return false
  goToLine(cursor, cursor.line + 1)
  return true
}
