import { metricTable } from '../../../src/webhook/server/metric-table.ts'
import { table } from '../markdown.ts'

const introduction = `What \`GET /metrics\` on port 15014 gives, beside the usual metrics of Node.js (\`process_*\`, \`nodejs_*\`). Each request to
the webhook counts once in \`sidecar_injection_requests_total\`, and as exactly one of success, skip and failure.
[Alerts](alerts.md) on them come with the chart.
`

/** docs/metrics.md below its title. */
export function metricsPage(): string {
  const rows = Object.values(metricTable).map(({ name, type, labels, help }) => [
    `\`${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(', '),
    help,
  ])
  return `${introduction}\n${table(['metric', 'type', 'labels', 'meaning'], rows)}`
}
