import { httpErrors } from '../../../src/webhook/server/errors.ts'
import { table } from '../markdown.ts'

const introduction = `What the webhook answers when there is no review to answer, or no answer: the status, and one line of text that begins
with the code. Logs carry the same code as \`code\`, and the metric \`outrigger_decisions_total\` as \`reason\`, with
\`result="failed"\`.
`

/** docs/errors.md below its title. */
export function errorsPage(): string {
  const rows = Object.entries(httpErrors).map(([code, { status, text }]) => [
    `\`${code}\``,
    String(status ?? 'none'),
    text,
  ])
  return `${introduction}\n${table(['code', 'status', 'meaning'], rows)}`
}
