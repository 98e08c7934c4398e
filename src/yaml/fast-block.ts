import { type Cursor, HASH, LF, nextContent, SPACE } from './fast-cursor.ts'

const PLUS = 43
const MINUS = 45
const BAR = 124

/**
 * Reads a block scalar from its `|` or `>` on; `indent` is that of the mapping or list around it. Undefined where the general parser
 * should decide: explicit indentation, comments in the header, empty blocks, leading blank lines, and folding that is more than
 * joining lines.
 */
export function readBlockScalar(cursor: Cursor, indent: number): string | undefined {
  const { text } = cursor
  const folded = text.charCodeAt(cursor.pos) !== BAR
  let pos = cursor.pos + 1
  const chomping = text.charCodeAt(pos)
  if (chomping === PLUS || chomping === MINUS) pos++
  while (text.charCodeAt(pos) === SPACE) pos++
  if (text.charCodeAt(pos) !== LF) return undefined
  const start = pos + 1
  const column = spacesAt(text, start)
  if (column <= indent || text.charCodeAt(start + column) === LF || start + column >= text.length) return undefined

  let value = ''
  let blankLines = 0
  let line = start
  while (line < text.length) {
    const spaces = spacesAt(text, line)
    const code = text.charCodeAt(line + spaces)
    if (code === LF && spaces <= column) {
      blankLines++
      line += spaces + 1
      continue
    }
    if (spaces < column) break
    const lineEnd = text.indexOf('\n', line)
    // Without a final line break the two parsers differ on what remains of it.
    if (lineEnd < 0) return undefined
    if (folded && (blankLines > 0 || spaces > column)) return undefined
    if (value !== '') value += folded ? ' ' : '\n'.repeat(blankLines + 1)
    value += text.slice(line + column, lineEnd)
    blankLines = 0
    line = lineEnd + 1
  }
  if (line < text.length && text.charCodeAt(line + spacesAt(text, line)) === HASH && spacesAt(text, line) > indent)
    return undefined
  nextContent(cursor, line)
  if (chomping === MINUS) return value
  return value + (chomping === PLUS ? '\n'.repeat(blankLines + 1) : '\n')
}

function spacesAt(text: string, from: number): number {
  let pos = from
  while (text.charCodeAt(pos) === SPACE) pos++
  return pos - from
}
