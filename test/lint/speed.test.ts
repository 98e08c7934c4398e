import { expect, test } from 'vitest'
import { revisionConfiguration } from '../../src/istio/revisions/webhooks.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { analyze } from '../../src/lint/analyze.ts'
import { readCluster } from '../../src/lint/cluster.ts'
import { cost } from '../support/cost.ts'
import { snapshotOf } from './support.ts'

const namespaces = 200
const clientConfig = { service: { name: 'outrigger', namespace: 'istio-system' } }

function objects(count: number): readonly JsonObject[] {
  return Array.from({ length: count }, (_, index): JsonObject => {
    const namespace = `team-${index % namespaces}`
    const app = `app-${Math.floor(index / 2)}`
    if (index < namespaces) {
      const labels = { 'istio-injection': 'enabled' }
      return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } }
    }
    if (index % 2 === 0) {
      const ports = [{ name: index % 3 === 0 ? 'web' : 'http', port: 80, targetPort: 8080 }]
      return {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: app, namespace },
        spec: { selector: { app }, ports },
      }
    }
    const annotations = {
      'proxy.istio.io/config': `{"concurrency": ${index % 7}, "holdApplication": true}`,
      'traffic.sidecar.istio.io/excludeOutboundPorts': '443,5432',
      'traffic.sidecar.istio.io/excludeOutboundIPRanges': '10.0.0.0/8',
      'sidecar.istio.io/proxyCpu': '1',
    }
    const containers = [
      { name: 'app', image: 'app:1', ports: [{ containerPort: 8080 }], readinessProbe: { httpGet: { port: 8080 } } },
    ]
    const template = { metadata: { labels: { app }, annotations }, spec: { containers } }
    return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: app, namespace }, spec: { template } }
  })
}

test('10,000 objects are analyzed within seconds', async () => {
  const snapshot = snapshotOf()
  const revisions = ['', '1-27'].map((revision) =>
    revisionConfiguration({ revision, namespace: 'istio-system', clientConfig }),
  )
  const all = [...objects(10_000), ...revisions]
  const lint = () => expect(analyze(readCluster(all, snapshot), snapshot).length).toBeGreaterThan(10_000)
  expect(await cost(lint, 3000)).toBeLessThan(3000)
})
