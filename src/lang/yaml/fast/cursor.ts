import type { BlockMemory } from '../block-memory.ts'
import { type Codes, HASH, isLineEnd, skipSpaces } from './codes.ts'
import type { Lines } from './lines.ts'

/** Where the fast reader stands: on the first character of a line's content, `indent` spaces into its line. */
export interface Cursor {
  readonly text: string
  readonly codes: Codes
  readonly lines: Lines
  readonly memory: BlockMemory | undefined
  /** The line's number among those with content. */
  line: number
  pos: number
  /** -1 at the end of the text. */
  indent: number
  /** How many more levels of nesting may be opened. */
  levels: number
}

/** Goes to a line by its number. */
export function goToLine(cursor: Cursor, line: number): void {
  const { starts, indents } = cursor.lines
  cursor.line = line
  cursor.indent = indents[line] ?? -1
  cursor.pos = (starts[line] ?? 0) + cursor.indent
}

/** Goes to the first line with content that starts at an offset or behind it. */
export function goBehind(cursor: Cursor, offset: number): void {
  const { starts } = cursor.lines
  let line = cursor.line + 1
  while ((starts[line] ?? offset) < offset) line++
  goToLine(cursor, line)
}

/** Ends a line behind a value: only spaces and a comment may follow. False when something else stands there. */
export function finishLine(cursor: Cursor, from: number): boolean {
  const { codes } = cursor
  const pos = skipSpaces(codes, from)
  const code = codes[pos]
  if (!isLineEnd(code) && (code !== HASH || pos === from)) return false
  goToLine(cursor, cursor.line + 1)
  return true
}
