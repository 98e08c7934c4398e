import { BAR, type Codes, DASH, HASH, LF, PLUS, skipSpaces } from './codes.ts'
import { type Cursor, goPast } from './cursor.ts'

/**
 * Reads a block scalar that starts at the cursor (`|` or `>`); `indent` is that of the enclosing mapping or list.
 * Undefined if the general parser has to read it: explicit indentation, comments in the header, empty blocks, leading
 * blank lines, blocks without a final line break, and folding that does more than join lines.
 */
export function readBlockScalar(cursor: Cursor, indent: number): string | undefined {
  const { text, codes } = cursor
  const folded = codes[cursor.pos] !== BAR
  const chomping = codes[cursor.pos + 1]
  const header = skipSpaces(codes, chomping === PLUS || chomping === DASH ? cursor.pos + 2 : cursor.pos + 1)
  if (codes[header] !== LF) return undefined
  let line = header + 1
  const column = skipSpaces(codes, line) - line
  if (column <= indent || codes[line + column] === LF) return undefined

  let value = ''
  let blankLines = 0
  while (line < text.length) {
    const content = skipSpaces(codes, line)
    if (codes[content] === LF && content - line <= column) {
      blankLines++
      line = content + 1
      continue
    }
    if (content - line < column) break
    const lineEnd = codes.indexOf(LF, content)
    if (lineEnd < 0) return undefined
    if (folded && (blankLines > 0 || content - line > column)) return undefined
    if (value !== '') value += folded ? ' ' : '\n'.repeat(blankLines + 1)
    value += text.slice(line + column, lineEnd)
    blankLines = 0
    line = lineEnd + 1
  }
  if (isInnerComment(codes, line, indent)) return undefined
  goPast(cursor, line)
  if (chomping === DASH) return value
  return value + (chomping === PLUS ? '\n'.repeat(blankLines + 1) : '\n')
}

/** Whether the line after a block is a comment that is indented like content of the enclosing mapping or list. */
function isInnerComment(codes: Codes, line: number, indent: number): boolean {
  const content = skipSpaces(codes, line)
  return codes[content] === HASH && content - line > indent
}
