import { afterEach, beforeEach, expect, test } from 'vitest'
import { connect } from '../../src/cluster/connect.ts'
import { type FactsWanted, type FollowedFacts, followFacts } from '../../src/cluster/facts.ts'
import type { Follower } from '../../src/cluster/health.ts'
import { kinds } from '../../src/cluster/kinds.ts'
import type { ClusterFacts } from '../../src/injection/model/facts.ts'
import { nativeSidecars } from '../../src/injection/prepare/native-sidecars.ts'
import { readSelector } from '../../src/kubernetes/selector.ts'
import type { Json } from '../../src/lang/json.ts'
import { type ApiServer, startApiServer } from '../support/api-server.ts'

let server: ApiServer
let followed: FollowedFacts | undefined
let faults: string[]

beforeEach(async () => {
  server = await startApiServer()
  faults = []
})

afterEach(async () => {
  await followed?.close()
  followed = undefined
  await server.close()
})

let failures = 0
const health: Follower = { failed: () => void failures++, follows: () => {}, ended: () => {} }

const native = (facts: ClusterFacts) => nativeSidecars.value({ pod: {}, snapshot: { nativeSidecars: 'auto' }, facts })

function wanted(selectors: readonly Json[] = [], nativeSidecars = 'auto'): FactsWanted {
  const discoverySelectors = selectors.map((selector) => readSelector(selector).selector)
  return { discoverySelectors, nativeSidecars, mesh: { rootNamespace: 'istio-system' } }
}

function follow(what = wanted()): FollowedFacts {
  const client = connect({ kubeconfig: server.kubeconfig, env: {} })
  followed = followFacts({ client, wanted: what, health: () => health, onFault: (fault) => faults.push(fault) })
  return followed
}

async function anotherFailure(): Promise<void> {
  const before = failures
  await expect.poll(() => failures).toBeGreaterThan(before)
}

const until = (holds: () => void) => expect.poll(() => holds())

function namespace(name: string, labels: Json = {}, annotations: Json = {}): void {
  server.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels, annotations } })
}

function node(name: string, kubeletVersion: string, heartbeat = ''): void {
  const status = { nodeInfo: { kubeletVersion }, conditions: [{ type: 'Ready', lastHeartbeatTime: heartbeat }] }
  server.put({ apiVersion: 'v1', kind: 'Node', metadata: { name }, status })
}

function proxyConfig(namespace: string, name: string, spec: Json): void {
  const { apiVersion, kind } = kinds.proxyConfig
  server.put({ apiVersion, kind, metadata: { name, namespace }, spec })
}

test('what a cluster has is known, of each only what counts', async () => {
  const uidRange = { 'openshift.io/sa.scc.uid-range': '1000/10' }
  namespace('shop', { team: 'a' }, { ...uidRange, 'kubectl.kubernetes.io/last-applied-configuration': 'long' })
  node('one', 'v1.33.2')
  node('two', 'unheard of')
  proxyConfig('shop', 'two-threads', { concurrency: 2, selector: { matchLabels: { app: 'web' } } })
  const facts = follow()
  await facts.whenSynced()
  expect(facts.unsynced()).toEqual([])
  const { namespaces, nodes, proxyConfigs } = facts.facts()
  expect(Object.fromEntries(namespaces)).toEqual({
    shop: { labels: { team: 'a', 'kubernetes.io/metadata.name': 'shop' }, annotations: uidRange },
  })
  expect(Object.fromEntries(nodes)).toEqual({ one: 33, two: undefined })
  expect(proxyConfigs).toMatchObject([{ namespace: 'shop', matchLabels: { app: 'web' }, layer: { concurrency: 2 } }])
})

test('facts are the same object until something in them changes, and never change themselves', async () => {
  namespace('shop')
  node('one', 'v1.33.2')
  const facts = follow()
  await facts.whenSynced()
  const first = facts.facts()
  expect(facts.facts()).toBe(first)

  node('one', 'v1.33.2', 'now')
  namespace('shop', {}, { 'example.com/note': 'of no interest' })
  node('two', 'v1.32.0')
  await until(() => facts.facts().nodes.size).toBe(2)
  const second = facts.facts()
  expect(second.namespaces).toBe(first.namespaces)
  expect(second.proxyConfigs).toBe(first.proxyConfigs)
  expect([...first.nodes.keys()]).toEqual(['one'])

  node('one', 'v1.33.2', 'later')
  namespace('shop', {}, { 'example.com/note': 'of no interest, either' })
  proxyConfig('shop', 'one', { concurrency: 1 })
  await until(() => facts.facts().proxyConfigs.length).toBe(1)
  expect(facts.facts().nodes).toBe(second.nodes)
  expect(facts.facts().namespaces).toBe(first.namespaces)

  server.remove(kinds.node, 'two')
  await until(() => [...facts.facts().nodes.keys()]).toEqual(['one'])
})

test('a faulty ProxyConfig is told once and left out until it is fixed', async () => {
  proxyConfig('shop', 'broken', { concurrency: 'many' })
  proxyConfig('shop', 'good', { concurrency: 1 })
  const facts = follow()
  await facts.whenSynced()
  expect(facts.facts().proxyConfigs.map(({ name }) => name)).toEqual(['good'])
  expect(faults).toEqual([expect.stringContaining('ProxyConfig shop/broken: spec.concurrency')])
  // The watch can't go on, and all is read again.
  const lists = () => server.requests.filter(({ path }) => /proxyconfigs\?limit/.test(path)).length
  namespace('other')
  server.compact()
  server.endWatches()
  await until(lists).toBe(2)
  proxyConfig('shop', 'broken', { concurrency: 2 })
  await until(() => facts.facts().proxyConfigs.length).toBe(2)
  expect(faults).toHaveLength(1)
})

test('discovery selectors decide which namespaces count, and the root namespace always does', async () => {
  for (const name of ['shop', 'attic', 'istio-system']) {
    namespace(name, name === 'shop' ? { mesh: 'yes' } : {})
    proxyConfig(name, `of-${name}`, { concurrency: 1 })
  }
  const facts = follow(wanted([{ matchLabels: { mesh: 'yes' } }, { matchLabels: { also: 'this' } }]))
  await facts.whenSynced()
  const names = () => [[...facts.facts().namespaces.keys()].sort(), facts.facts().proxyConfigs.map(({ name }) => name)]
  expect(names()).toEqual([
    ['istio-system', 'shop'],
    ['of-shop', 'of-istio-system'],
  ])

  namespace('attic', { also: 'this' })
  await until(names).toEqual([
    ['attic', 'istio-system', 'shop'],
    ['of-shop', 'of-attic', 'of-istio-system'],
  ])
  facts.want(wanted([{ matchExpressions: [{ key: 'mesh', operator: 'DoesNotExist' }] }]))
  expect(names()).toEqual([
    ['attic', 'istio-system'],
    ['of-attic', 'of-istio-system'],
  ])
  facts.want(wanted())
  expect(names()[0]).toHaveLength(3)
})

test('nodes are only followed where they decide something', async () => {
  node('old', 'v1.28.0')
  const facts = follow(wanted([], 'enabled'))
  await facts.whenSynced()
  expect(facts.facts().nodes.size).toBe(0)
  expect(server.requests.filter(({ path }) => path.includes('/nodes'))).toEqual([])

  server.faults.delayMs = 100
  facts.want(wanted())
  expect(facts.unsynced()).toEqual(['Node'])
  // Not known yet: they may be old.
  expect(native(facts.facts())).toBe(false)
  await facts.whenSynced()
  expect(Object.fromEntries(facts.facts().nodes)).toEqual({ old: 28 })
  facts.want(wanted([], 'disabled'))
  expect(facts.facts().nodes.size).toBe(0)
  await until(() => server.watches().filter((path) => path.includes('/nodes'))).toEqual([])
})

test('a cluster without nodes is as new as can be, and one without ProxyConfigs is known all the same', async () => {
  server.faults.unknown.add(kinds.proxyConfig)
  const facts = follow()
  await facts.whenSynced()
  expect(native(facts.facts())).toBe(true)
  expect(facts.facts().proxyConfigs).toEqual([])
})

test('an API server that is away is waited for, and what is known counts on when it goes', async () => {
  namespace('shop', { team: 'a' })
  await server.stop()
  const facts = follow()
  let synced = false
  void facts.whenSynced().then(() => {
    synced = true
  })
  await anotherFailure()
  expect([synced, facts.unsynced()]).toEqual([false, ['Namespace', 'ProxyConfig', 'Node']])
  await server.start()
  await facts.whenSynced()
  const known = facts.facts()
  await server.stop()
  await anotherFailure()
  expect(facts.facts()).toBe(known)
  expect(facts.unsynced()).toEqual([])
  await server.start()
  namespace('shop', { team: 'b' })
  await expect.poll(() => facts.facts().namespaces.get('shop')?.labels['team']).toBe('b')
})
