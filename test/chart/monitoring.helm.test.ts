import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type JsonObject, lookup, lookupString } from '../../src/lang/json.ts'
import { metricTable } from '../../src/webhook/server/metric-table.ts'
import { apiServerMetrics, expressionsOf, quantileThresholds } from './support/alerts.ts'
import { objects, ofKind, refusal } from './support/helm.ts'
import { everything } from './support/values.ts'

function rulesOf(values: JsonObject): readonly JsonObject[] {
  const [rule] = ofKind(objects(values, { namespace: 'mesh' }), 'PrometheusRule')
  const groups = lookup(rule, 'spec', 'groups') as readonly { readonly rules: readonly JsonObject[] }[]
  return groups.flatMap(({ rules }) => rules)
}

const enabled = (prometheusRule: JsonObject) => ({ prometheusRule: { enabled: true, ...prometheusRule } })

test('alerts ask for the metrics of this release, or those of API servers about the webhooks of all', () => {
  const rules = rulesOf(everything)
  const expressions = expressionsOf(rules)
  expect(expressions.length).toBeGreaterThan(10)
  for (const expression of expressions)
    expect(expression).toMatch(
      /\{namespace="mesh",job="injector-outrigger"|^.*\bapiserver_\w+\{name=~"\.\+\[\.\]sidecar-injector\[\.\]outrigger\[\.\]dev"/,
    )
  expect(JSON.stringify(rules)).not.toMatch(/SELECTOR|WEBHOOKS|_SECONDS/)
  expect(JSON.stringify(rules)).toContain('istio-revision-tag-outrigger-mesh, istio-revision-tag-prod-mesh')
})

test('a quantile can exceed its threshold, whatever the values: it is below the last finite bucket', () => {
  const last = (metric: string) => {
    const entry = Object.values(metricTable).find(({ name }) => name === metric)
    const buckets = entry?.type === 'histogram' ? entry.buckets : apiServerMetrics[metric]?.buckets
    return buckets?.at(-1) ?? Number.NaN
  }
  const largest = { slowSeconds: 9.9, slowCallSeconds: 2.4 }
  for (const values of [{}, largest]) {
    const thresholds = quantileThresholds(rulesOf(enabled(values)))
    expect(thresholds.map(({ metric }) => metric)).toEqual([
      'sidecar_injection_time_seconds',
      'apiserver_admission_webhook_admission_duration_seconds',
    ])
    for (const { metric, threshold } of thresholds) expect(threshold, metric).toBeLessThan(last(metric))
  }
  for (const [key, value] of Object.entries({ slowSeconds: 10, slowCallSeconds: 2.5 }))
    expect(refusal(enabled({ [key]: value }))).toContain(key)
})

test('each alert links to its heading of the page', () => {
  const page = readFileSync(new URL('../../docs/alerts.md', import.meta.url), 'utf8')
  const anchors = [...page.matchAll(/^## (\w+)$/gm)].map(([, heading = '']) => heading.toLowerCase())
  const runbookUrl = 'https://docs.example.com/alerts.md'
  const links = rulesOf(enabled({ runbookUrl })).map((rule) => lookupString(rule, 'annotations', 'runbook_url'))
  expect(links).toEqual(anchors.map((anchor) => `${runbookUrl}#${anchor}`))
  for (const rule of rulesOf(enabled({}))) expect(lookup(rule, 'annotations', 'runbook_url')).toBeUndefined()
})

test('the dashboard is a document of Grafana', () => {
  const rendered = objects(everything)
  const dashboard = ofKind(rendered, 'ConfigMap').find((one) => lookup(one, 'data', 'outrigger.json') !== undefined)
  expect(JSON.parse(lookupString(dashboard, 'data', 'outrigger.json'))).toMatchObject({ uid: 'outrigger' })
})

test('what another namespace selects is put there, under a name of the release', () => {
  const other = { enabled: true, namespace: 'monitoring' }
  const rendered = objects({ serviceMonitor: other, prometheusRule: other, dashboard: other }, { namespace: 'mesh' })
  const placed = (kind: string, namespace: string) =>
    ofKind(rendered, kind)
      .filter((object) => lookup(object, 'metadata', 'namespace') === namespace)
      .map((object) => lookupString(object, 'metadata', 'name'))
  expect(placed('ServiceMonitor', 'monitoring')).toEqual(['injector-outrigger-mesh'])
  expect(placed('PrometheusRule', 'monitoring')).toEqual(['injector-outrigger-mesh'])
  expect(placed('ConfigMap', 'monitoring')).toEqual(['injector-outrigger-dashboard-mesh'])
  const [monitor] = ofKind(rendered, 'ServiceMonitor')
  expect(lookup(monitor, 'spec', 'namespaceSelector')).toEqual({ matchNames: ['mesh'] })
})

test('a ServiceMonitor selects the Service, and has what is given', () => {
  const rendered = objects(everything)
  const spec = lookup(ofKind(rendered, 'ServiceMonitor')[0], 'spec')
  const labels = lookup(ofKind(rendered, 'Service')[0], 'metadata', 'labels')
  expect(labels).toMatchObject(lookup(spec, 'selector', 'matchLabels') as object)
  const { enabled: _enabled, labels: _labels, ...given } = everything['serviceMonitor'] as JsonObject
  expect(lookup(spec, 'endpoints')).toEqual([{ port: 'http-monitoring', path: '/metrics', ...given }])
  expect(lookup(spec, 'namespaceSelector')).toBeUndefined()
})
