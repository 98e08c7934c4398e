import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { errorSentence, type HttpErrorCode, httpErrors } from '../../../src/webhook/server/errors.ts'
import { resolveLimits } from '../../../src/webhook/server/limits.ts'
import { metricTable } from '../../../src/webhook/server/metrics.ts'

// The pages in docs/ that are made from tables: REFRESH_GOLDEN=1 writes them again.

function page(title: string, intro: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const rule = line(widths.map((width) => '-'.repeat(width)))
  return `# ${title}\n\n${intro}\n\n${[line(head), rule, ...rows.map(line)].join('\n')}\n`
}

const metrics = page(
  'Metrics',
  'What `GET /metrics` on port 15014 gives, beside the usual metrics of Node.js (`process_*`, `nodejs_*`). Each request to\nthe webhook counts once in `sidecar_injection_requests_total`, and as exactly one of success, skip and failure.',
  ['metric', 'type', 'labels', 'meaning'],
  Object.values(metricTable).map(({ name, type, labels, help }) => [
    `\`${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(', '),
    help,
  ]),
)

const errors = page(
  'HTTP errors',
  'What the webhook answers when there is no review to answer, or no answer: the status, and one line of text that begins\nwith the code. Logs carry the same code as `code`, and the metric `outrigger_decisions_total` as `reason`, with\n`result="failed"`. Limits are named by their defaults; `serve --limit` changes them.',
  ['code', 'status', 'meaning'],
  (Object.keys(httpErrors) as HttpErrorCode[]).map((code) => [
    `\`${code}\``,
    String(httpErrors[code].status ?? 'none'),
    errorSentence(code, resolveLimits()),
  ]),
)

test.each([
  ['docs/metrics.md', metrics],
  ['docs/errors.md', errors],
])('%s says what the code does (REFRESH_GOLDEN=1 writes it again)', (file, text) => {
  if (process.env['REFRESH_GOLDEN'] === '1') writeFileSync(file, text)
  expect(readFileSync(file, 'utf8')).toBe(text)
})
