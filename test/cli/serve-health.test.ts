import { beforeEach, expect, test } from 'vitest'
import { type ClusterHealth, createClusterHealth } from '../../src/cli/serve/cluster-health.ts'
import { KubeError } from '../../src/cluster/client.ts'
import { createLog } from '../../src/webhook/server/log.ts'
import { createMetrics, type Metrics } from '../../src/webhook/server/metrics.ts'

let lines: string[]
let metrics: Metrics
let health: ClusterHealth

beforeEach(() => {
  lines = []
  const stream = { write: (line: string) => void lines.push(JSON.parse(line).msg) }
  metrics = createMetrics({ nodeMetrics: false })
  health = createClusterHealth('https://api', createLog({ format: 'json', stream }), metrics)
})

async function synced(kind: string): Promise<number | undefined> {
  const metric = await metrics.registry.getSingleMetric('outrigger_informer_synced')?.get()
  return metric?.values.find(({ labels }) => labels['kind'] === kind)?.value
}

const away = new KubeError('connection refused', 0)
const overloaded = new KubeError('overloaded', 503)
const forbidden = new KubeError('nodes is forbidden', 403)

test('an API server that goes away and comes back is two lines, whatever is followed', async () => {
  const followers = ['Namespace', 'Node', 'ConfigMap'].map((kind) => health.follower(kind))
  expect(await synced('Node')).toBe(0)
  for (const one of followers) one.follows()
  expect([await synced('Node'), lines]).toEqual([1, []])
  for (const error of [away, overloaded, away]) for (const one of followers) one.failed(error)
  expect(await synced('Node')).toBe(0)
  expect(health.failing()).toEqual(['Namespace', 'Node', 'ConfigMap'].map((kind) => `${kind}: connection refused`))
  for (const one of followers) one.follows()
  expect(lines).toEqual([expect.stringContaining('is unavailable'), 'the API server is available again'])
  expect([await synced('Node'), health.failing()]).toEqual([1, []])
})

test('what is refused is told for each kind, once', () => {
  const nodes = health.follower('Node')
  for (let times = 0; times < 3; times++) nodes.failed(forbidden)
  nodes.follows()
  expect(lines).toEqual(["can't watch objects of a kind: nodes is forbidden", 'watching objects of a kind again'])
})

test('a kind is current when all followers of it are; one that ended does not count', async () => {
  const [one, other] = [health.follower('ConfigMap'), health.follower('ConfigMap')]
  one.follows()
  expect(await synced('ConfigMap')).toBe(0)
  other.failed(away)
  other.ended()
  expect(await synced('ConfigMap')).toBe(1)
  // What was under way when it ended changes nothing.
  other.failed(away)
  expect([await synced('ConfigMap'), lines.length]).toEqual([1, 1])
})
