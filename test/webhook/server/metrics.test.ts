import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Result } from '../../../src/injection/model/reasons.ts'
import type { Answer } from '../../../src/webhook/admission/answer.ts'
import { type MetricEntry, metricTable } from '../../../src/webhook/server/metric-table.ts'
import { createMetrics, type Metrics } from '../../../src/webhook/server/metrics.ts'

const entries: readonly MetricEntry[] = Object.values(metricTable)
const sampleNames = ({ type, name }: MetricEntry) =>
  type === 'histogram' ? ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`) : [name]

/** The metrics that have a sample that isn't 0, with all labels of the table. */
async function exposed({ registry }: Metrics): Promise<readonly string[]> {
  const lines = (await registry.metrics()).split('\n')
  return entries
    .filter((entry) =>
      lines.some((line) => {
        const [, sample = '', labels = '', value = '0'] = /^(\w+)(?:\{(.*)\})? (\S+)/.exec(line) ?? []
        return (
          value !== '0' &&
          sampleNames(entry).includes(sample) &&
          entry.labels.every((label) => labels.includes(`${label}="`))
        )
      }),
    )
    .map(({ name }) => name)
}

const answerOf = (result: Result) =>
  ({
    decision: { result, reason: 'policy-enabled', templates: ['sidecar'] },
    facts: { warningCodes: ['unknown-annotation'], patchBytes: 1000 },
  }) as unknown as Answer

test('exposes every metric of the table, and no other', async () => {
  const metrics = createMetrics({ nodeMetrics: false })
  const at = new Date(Date.now() + 60_000)
  for (const result of ['injected', 'skipped', 'denied'] as const) metrics.answered(answerOf(result), 0.001)
  metrics.failed('not-json')
  metrics.configLoaded({ hash: 'abc', revision: 'default', tag: 'outrigger' }, at)
  metrics.configRead('success')
  metrics.certificateRead('success')
  metrics.informer('Namespace', true)
  metrics.informerFailed('Namespace')
  metrics.caBundle('current')
  metrics.caExpires(at)
  metrics.connectionRefused()
  metrics.tlsError()
  metrics.observe({ certificateExpiry: () => at, connections: () => 1, ready: () => true })
  expect(await exposed(metrics)).toEqual(entries.map(({ name }) => name))
  expect(
    metrics.registry
      .getMetricsAsArray()
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(entries.map(({ name }) => name).toSorted())
})

test('leaves out what is not measured yet instead of exposing 0', async () => {
  const metrics = createMetrics({ nodeMetrics: false })
  const measured = entries.filter((entry) => 'measured' in entry).map(({ name }) => name)
  expect(measured.length).toBeGreaterThan(2)
  expect(measured.filter((name) => metrics.registry.getSingleMetric(name) !== undefined)).toEqual([])
  metrics.caExpires(new Date(Date.now() - 60_000))
  metrics.caExpires(new Date(Date.now() + 60_000))
  expect(await metrics.registry.metrics()).toMatch(/^outrigger_ca_certificate_expiry_seconds (59\.|60)/m)
})

test.each(['dashboard.json', 'alerts.yaml'])('%s of the chart queries metrics and labels of the table', (file) => {
  const text = readFileSync(new URL(`../../../charts/outrigger/files/${file}`, import.meta.url), 'utf8')
  const queries = [...text.matchAll(/\b((?:outrigger|sidecar_injection)_\w+)(\{[^}]*\})?/g)]
  expect(queries.length).toBeGreaterThan(5)
  for (const [query, name = '', selector = ''] of queries) {
    const entry = entries.find((candidate) => sampleNames(candidate).includes(name))
    expect(entry, query).toBeDefined()
    const labels = [...selector.matchAll(/(\w+)\s*[=!]/g)].map(([, label = '']) => label)
    expect(entry?.labels, query).toEqual(
      expect.arrayContaining(labels.filter((label) => !scrapeLabels.includes(label))),
    )
  }
})

/** Labels that Prometheus adds. */
const scrapeLabels = ['namespace', 'pod', 'job', 'instance', 'service']
