import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type ChartValue, chartValues } from './support/values.ts'

const page = new URL('../../docs/chart.md', import.meta.url)

/** The table of all values; a group is a line without a default. */
function table(values: readonly ChartValue[]): string {
  const rows = values.map(({ path, usual, description }) => {
    const shown = usual === undefined ? '' : `\`${JSON.stringify(usual)}\``
    return `| \`${path}\` | ${shown} | ${description.replaceAll('|', '\\|')} |`
  })
  return ['| value | by default | meaning |', '| --- | --- | --- |', ...rows].join('\n')
}

test('docs/chart.md lists the values of the chart (REFRESH_GOLDEN=1 rewrites it)', () => {
  const text = readFileSync(page, 'utf8')
  const marked = /(<!-- table: values -->\n)[\s\S]*?(\n<!-- end -->)/
  expect(text).toMatch(marked)
  const written = text.replace(marked, (_, start, end) => `${start}${table(chartValues())}${end}`)
  if (process.env['REFRESH_GOLDEN'] === '1') writeFileSync(page, written)
  else expect(text).toBe(written)
})
