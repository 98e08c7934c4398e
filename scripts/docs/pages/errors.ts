import { errorSentence, type HttpErrorCode, httpErrors } from '../../../src/webhook/server/errors.ts'
import { resolveLimits } from '../../../src/webhook/server/limits.ts'
import { table } from '../markdown.ts'

const introduction = `What the webhook answers when there is no review to answer, or no answer: the status, and one line of text that begins
with the code. Logs carry the same code as \`code\`, and the metric \`outrigger_decisions_total\` as \`reason\`, with
\`result="failed"\`. Limits are named by their defaults; \`serve --limit\` changes them.
`

/** docs/errors.md below its title. */
export function errorsPage(): string {
  const codes = Object.keys(httpErrors) as HttpErrorCode[]
  const rows = codes.map((code) => [
    `\`${code}\``,
    String(httpErrors[code].status ?? 'none'),
    errorSentence(code, resolveLimits()),
  ])
  return `${introduction}\n${table(['code', 'status', 'meaning'], rows)}`
}
