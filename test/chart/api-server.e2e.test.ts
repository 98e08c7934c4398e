import { afterAll, beforeAll, expect, test } from 'vitest'
import { kinds } from '../../src/cluster/kinds.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { pathOf } from '../e2e/support/cluster.ts'
import { sharedCluster } from '../e2e/support/cluster-of-run.ts'
import { namespaceMaker } from '../e2e/support/namespaces.ts'
import { podWith } from '../e2e/support/selectors.ts'
import { apiServerMetrics } from './support/alerts.ts'
import { chart, objects, type RenderOptions } from './support/helm.ts'
import { everything, matrix } from './support/values.ts'

/* What a real API server says: to the objects of the chart, and in the metrics that its alerts ask for. */

const cluster = sharedCluster()
const makeNamespaces = namespaceMaker(cluster)
const namespace = 'chart-api-server'
const release = 'alerting'
const helm = (command: string, webhook: JsonObject) =>
  cluster.helm([command, release, chart, '--namespace', namespace], {
    tags: ['alerting'],
    webhook: { timeoutSeconds: 1, ...webhook },
  })

beforeAll(() => makeNamespaces({ [namespace]: {}, 'chart-alerting': { 'istio.io/rev': 'alerting' } }))
afterAll(() => cluster.helm(['uninstall', release, '--namespace', namespace]))

const ends = ['1.25.0', '1.36.1']
// An address family that this cluster doesn't have is refused.
const all = { ...everything, service: { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4'] } }
const cases = Object.entries({ ...matrix, everything: all, 'the network of nodes': { hostNetwork: true } }).flatMap(
  ([name, values]) => ends.map((kubeVersion) => ({ name, kubeVersion, values })),
)

test.each(cases)('it accepts what is rendered for $kubeVersion, and knows every field: $name', async (one) => {
  const values = { ...one.values, istioNamespace: namespace, ...(one.name === 'everything' && { webhook: {} }) }
  const options: RenderOptions = { namespace, kubeVersion: one.kubeVersion, release: 'rendered' }
  const own = objects(values, options).filter((object) => !/coreos|cert-manager/.test(String(object['apiVersion'])))
  expect(own.length).toBeGreaterThan(7)
  const { stdout } = await cluster.kubectl(['apply', '--dry-run=server', '--validate=strict', '-f', '-'], {
    apiVersion: 'v1',
    kind: 'List',
    items: own,
  })
  expect(stdout.trim().split('\n')).toHaveLength(own.length)
})

/** The samples of a metric: their labels. */
async function samplesOf(metric: string): Promise<readonly Readonly<Record<string, string>>[]> {
  const { body } = await cluster.send('GET', '/metrics')
  return String(body)
    .split('\n')
    .flatMap((line) => {
      const [, labels] = new RegExp(`^${metric}\\{(.*)\\} \\S+$`).exec(line) ?? []
      return labels === undefined ? [] : [labels]
    })
    .map((labels) => Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value])))
}

test('it counts calls that fail as the alerts expect', async () => {
  const pod = podWith('web', 'chart-alerting')
  await helm('install', {})
  await expect
    .poll(() => cluster.create(kinds.pod, pod, { dryRun: true }).then(() => 'created', String))
    .toMatch(/failed calling webhook "rev\.namespace\.sidecar-injector\.outrigger\.dev"/)
  await helm('upgrade', { failurePolicy: 'Ignore' })
  await expect
    .poll(() => cluster.create(kinds.pod, pod, { dryRun: true }).then(() => 'created', String))
    .toBe('created')

  for (const [metric, { labels, buckets }] of Object.entries(apiServerMetrics)) {
    const samples = await samplesOf(buckets === undefined ? metric : `${metric}_bucket`)
    const ours = samples.filter(({ name = '' }) => /^.+[.]sidecar-injector[.]outrigger[.]dev$/.test(name))
    expect(ours.length, metric).toBeGreaterThan(0)
    for (const sample of ours) expect(Object.keys(sample), metric).toEqual(expect.arrayContaining([...labels]))
    if (buckets !== undefined) expect(ours.map(({ le }) => Number(le))).toEqual(expect.arrayContaining([...buckets]))
  }
  const rejected = await samplesOf('apiserver_admission_webhook_rejection_count')
  expect(rejected.filter(({ name }) => name?.endsWith('outrigger.dev')).map(({ error_type }) => error_type)).toContain(
    'calling_webhook_error',
  )
  expect(await cluster.get(pathOf(kinds.pod, 'chart-alerting', 'web'))).toBeUndefined()
})
