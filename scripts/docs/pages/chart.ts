import { chartValues } from '../chart-values.ts'
import { table } from '../markdown.ts'

/** All values of the chart; a group is a line without a default. */
export function valuesTable(): string {
  const rows = chartValues().map(({ path, usual, description }) => [
    `\`${path}\``,
    usual === undefined ? '' : `\`${JSON.stringify(usual)}\``,
    description,
  ])
  return table(['value', 'by default', 'meaning'], rows)
}
