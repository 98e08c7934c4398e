import { styleText } from 'node:util'
import { createTwoFilesPatch } from 'diff'

/** A unified diff of two strings; empty if they are equal. */
export function unifiedDiff(
  name: string,
  before: string,
  after: string,
  colour: boolean,
  nameAfter = `${name} (injected)`,
): string {
  if (before === after) return ''
  const diff = createTwoFilesPatch(name, nameAfter, before, after, undefined, undefined, {
    context: 3,
    headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true },
  })
  return colour ? diff.split('\n').map(paint).join('\n') : diff
}

const styles = [
  ['---', 'bold'],
  ['+++', 'bold'],
  ['@@', 'cyan'],
  ['+', 'green'],
  ['-', 'red'],
] as const

function paint(line: string): string {
  const style = styles.find(([start]) => line.startsWith(start))?.[1]
  return style === undefined ? line : styleText(style, line, { validateStream: false })
}
