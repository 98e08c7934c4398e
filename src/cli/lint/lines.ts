import type { Path } from '../../lang/text/path.ts'

/** Returns the line (from 1) of a path; for a missing field, the line of its parent. */
export type LineIndex = (path: Path) => number

/** The lines of a key with its value, or of a list item. */
interface Block {
  readonly line: number
  /** The lines of the value, from `from` (inclusive) to `to` (exclusive). */
  readonly from: number
  readonly to: number
  /** For a list item, the column of its value after the dash. */
  readonly column?: number
  /** Whether the value is a JSON list, whose items have no dashes. */
  readonly isJsonList?: boolean
}

/**
 * An index of the lines of one document, in YAML's block style or pretty-printed JSON. It relies on indentation, and scans
 * only what is looked up. Fields of a value in flow style (on one line) have the line of its key.
 */
export function createLineIndex(text: string): LineIndex {
  const lines = text.split('\n')
  const first = lines.findIndex((line) => columnOf(line) >= 0)
  const isJson = /^\s*[{[]/.test(lines[first] ?? '')
  const start = Math.max(first, 0)
  const root: Block = { line: start, from: isJson ? start + 1 : start, to: lines.length }
  const known = new Map<Block, ReadonlyMap<string | number, Block>>()
  return (path) => {
    let block = root
    for (const step of path) {
      const inside = known.get(block) ?? blocksIn(lines, block)
      known.set(block, inside)
      const next = inside.get(step)
      if (next === undefined) break
      block = next
    }
    return block.line + 1
  }
}

function blocksIn(lines: readonly string[], block: Block): ReadonlyMap<string | number, Block> {
  const blocks = new Map<string | number, Block>()
  const starts: { readonly step: string | number; readonly line: number; readonly column: number }[] = []
  let wanted = -1
  let items = 0
  for (let line = block.from; line < block.to; line++) {
    const text = lines[line] ?? ''
    const isFirst = line === block.from && block.column !== undefined
    const column = isFirst ? (block.column ?? 0) : columnOf(text)
    if (column < 0) continue
    if (wanted < 0) wanted = column
    if (column !== wanted) continue
    const step = stepAt(text, column, block.isJsonList === true, items)
    if (step === undefined) continue
    // A list may be at the column of its key: its items don't belong to that key's mapping.
    if (typeof step === 'number') {
      if (starts.length > 0 && typeof starts[0]?.step === 'string') continue
      items++
    }
    starts.push({ step, line, column })
  }
  for (const [index, { step, line, column }] of starts.entries()) {
    const to = starts[index + 1]?.line ?? block.to
    blocks.set(step, blockAt(lines[line] ?? '', step, line, column, to, block.isJsonList === true))
  }
  return blocks
}

function blockAt(
  text: string,
  step: string | number,
  line: number,
  column: number,
  to: number,
  inJsonList: boolean,
): Block {
  if (typeof step === 'string' || inJsonList) return { line, from: line + 1, to, isJsonList: /\[\s*$/.test(text) }
  const behind = text.slice(column + 1).search(/\S/)
  return behind < 0 ? { line, from: line + 1, to } : { line, from: line, to, column: column + 1 + behind }
}

/** The key at a column, or the index of the item; undefined for anything else. */
function stepAt(text: string, column: number, inJsonList: boolean, items: number): string | number | undefined {
  const rest = text.slice(column)
  if (inJsonList) return /^[\]}]/.test(rest) ? undefined : items
  if (/^-(\s|$)/.test(rest)) return items
  return keyOf(rest)
}

function keyOf(text: string): string | undefined {
  const quoted = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s*:(?:\s|$)/.exec(text)?.[1]
  if (quoted === undefined) return /^([^\s"'{}[\],&*!|>%@`#](?:[^:]|:(?=\S))*?)\s*:(?:\s|$)/.exec(text)?.[1]
  if (quoted.startsWith("'")) return quoted.slice(1, -1).replaceAll("''", "'")
  try {
    return JSON.parse(quoted)
  } catch {
    return quoted.slice(1, -1)
  }
}

/** The column where a line starts; -1 for an empty line or a comment. */
function columnOf(line: string): number {
  const column = line.search(/\S/)
  return column >= 0 && line[column] === '#' ? -1 : column
}
