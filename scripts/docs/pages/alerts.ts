import { readFileSync } from 'node:fs'
import { readYaml } from '../../../src/lang/yaml/read.ts'

export const alertsFile = 'charts/outrigger/files/alerts.yaml'

/** An alerting rule of Prometheus, with placeholders that the chart replaces. */
export interface Alert {
  readonly alert: string
  readonly expr: string
  readonly for?: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly description: string; readonly runbook: string }
}

/** The alerts of the chart in their order; a test checks their shape. */
export function chartAlerts(): readonly Alert[] {
  const { rules } = readYaml(readFileSync(alertsFile, 'utf8')) as unknown as { readonly rules: readonly Alert[] }
  return rules
}

const introduction = `The alerts that the chart installs with \`prometheusRule.enabled=true\`, and what to do about each. With
\`prometheusRule.runbookUrl\`, the address where you publish this page, each alert links to its heading here. In these expressions

- \`SELECTOR\` is the namespace and job of the release's metrics (\`prometheusRule.job\`);
- \`SLOW_SECONDS\`, \`CALL_SECONDS\` and \`CERTIFICATE_SECONDS\` are \`prometheusRule.slowSeconds\`, \`slowCallSeconds\` and
  \`certificateExpirySeconds\`;
- \`WEBHOOKS\` are the release's MutatingWebhookConfigurations.

Metrics \`apiserver_*\` are the API servers' own: Prometheus has to scrape them. They don't name the release.
`

/** docs/alerts.md below its title: a heading for each alert, which is the anchor that the chart links to. */
export function alertsPage(): string {
  return [introduction, ...chartAlerts().map(section)].join('\n')
}

function section({ alert, expr, labels, annotations, for: duration }: Alert): string {
  const summary = annotations.summary.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, '`$1`')
  const when = duration === undefined ? labels.severity : `${labels.severity}, after ${duration}`
  return `## ${alert}

**${summary}** (${when})

${annotations.description}

${annotations.runbook}

\`\`\`
${expr}
\`\`\`
`
}
