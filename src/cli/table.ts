import type { Output } from './io.ts'
import { printable } from './io.ts'

// Between two columns, as in kubectl.
const gap = '   '

/**
 * Rows below a line of headers, which are written in capitals; each column as wide as its longest cell. `width` cuts
 * longer lines, in characters. Cells are made printable, and a line break in one becomes a space.
 */
export function renderTable(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): string {
  const cells = [headers.map((header) => header.toUpperCase()), ...rows].map((row) =>
    headers.map((_, column) => printable(row[column] ?? '').replaceAll(/[\n\t]+/g, ' ')),
  )
  const widths = headers.map((_, column) => cells.reduce((max, row) => Math.max(max, length(row[column] ?? '')), 0))
  return cells
    .map((row) => row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - length(cell))).join(gap))
    .map((line) => `${cut(line.trimEnd(), width)}\n`)
    .join('')
}

/** The width to which a table on this output is cut: that of a terminal; unlimited for a file or a pipe. */
export function tableWidth(output: Output): number {
  return output.isTerminal ? (output.width ?? 80) : Number.POSITIVE_INFINITY
}

/** Cuts a line to the given number of characters; a line that was cut ends in an ellipsis. */
export function cut(line: string, width: number): string {
  if (length(line) <= width) return line
  return `${[...line].slice(0, Math.max(width - 1, 0)).join('')}…`
}

function length(text: string): number {
  return [...text].length
}
