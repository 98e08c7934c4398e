import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { chartAlerts } from '../../scripts/docs/pages/alerts.ts'
import { createMetrics } from '../../src/webhook/server/metrics.ts'
import { apiServerMetrics } from './support/alerts.ts'

const file = (name: string) => readFileSync(new URL(`../../charts/outrigger/files/${name}`, import.meta.url), 'utf8')

/** The samples that a scrape of the injector or an API server may have. */
async function samples(): Promise<ReadonlySet<string>> {
  const metrics = createMetrics()
  metrics.caExpires(new Date())
  metrics.observe({ certificateExpiry: () => new Date(), connections: () => 0, ready: () => true })
  const all = [
    ...(await metrics.registry.getMetricsAsJSON()).map(({ name, type }) => ({
      name,
      isHistogram: `${type}` === 'histogram',
    })),
    ...Object.entries(apiServerMetrics).map(([name, { buckets }]) => ({ name, isHistogram: buckets !== undefined })),
  ]
  return new Set(all.map(({ name, isHistogram }) => (isHistogram ? `${name}_bucket` : name)))
}

test.each(['alerts.yaml', 'dashboard.json'])(
  '%s asks for metrics that the injector or an API server has',
  async (name) => {
    const known = await samples()
    const asked = new Set([...file(name).matchAll(/\b([a-z_]+)\{/g)].map(([, metric = '']) => metric))
    expect(asked.size).toBeGreaterThan(8)
    expect([...asked].filter((metric) => !known.has(metric))).toEqual([])
  },
)

test('every alert says what happened, what it means, and what to do', () => {
  const alerts = chartAlerts()
  expect(new Set(alerts.map(({ alert }) => alert.toLowerCase())).size).toBe(alerts.length)
  for (const alert of alerts) {
    expect(alert).toMatchObject({
      alert: expect.stringMatching(/^Outrigger[A-Z]/),
      expr: expect.any(String),
      labels: { severity: expect.stringMatching(/^(critical|warning)$/) },
      annotations: {
        summary: expect.any(String),
        description: expect.stringMatching(/\.$/),
        runbook: expect.stringMatching(/\.$/),
      },
    })
  }
})
