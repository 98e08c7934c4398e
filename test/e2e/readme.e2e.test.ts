import { afterAll, beforeAll, expect, test } from 'vitest'
import { kinds } from '../../src/cluster/kinds.ts'
import { type BundleWatch, watchBundles } from './support/ca-bundles.ts'
import { sharedCluster } from './support/cluster-of-run.ts'
import { type Creations, createAllTheTime } from './support/creations.ts'
import { readSteps } from './support/documented.ts'
import { gateway, isDeployed } from './support/istiod/gateways.ts'
import { type Istiod, startIstiod } from './support/istiod/istiod.ts'
import { namespaceMaker } from './support/namespaces.ts'
import { openTerminal, type Terminal } from './support/terminal.ts'

/* The README's commands for a cluster, typed as they are there, beside an istiod that injects already. */

const cluster = sharedCluster()
const makeNamespaces = namespaceMaker(cluster)
let istiod: Istiod
let terminal: Terminal
let creations: Creations
let bundles: BundleWatch

beforeAll(async () => {
  istiod = await startIstiod(cluster)
  await makeNamespaces({ shop: { 'istio-injection': 'enabled' }, bank: { 'istio-injection': 'enabled' } })
  await cluster.create(kinds.gateway, gateway('shop', 'edge'))
  bundles = await watchBundles(cluster)
  terminal = openTerminal(cluster)
  creations = createAllTheTime(cluster, { shop: {}, bank: {} })
})

afterAll(async () => {
  await creations?.stop()
  await bundles?.stop()
  await terminal?.close()
  await istiod?.stop()
})

test('a namespace moves, and nothing else changes', async () => {
  const before = { shop: 'istiod', bank: 'istiod' }
  expect((await creations.settle(before)).map(({ by }) => by)).not.toContain('outrigger')
  const commands = readSteps('README.md').find(({ title }) => title === 'In a cluster')?.commands ?? []
  expect(commands.length).toBeGreaterThan(2)
  for (const line of commands) {
    const { code, stdout, stderr } = await terminal.type(line)
    expect(code, `${line}: ${stderr}${stdout}`).toBe(0)
  }
  const after: Readonly<Record<string, string>> = { shop: 'outrigger', bank: 'istiod' }
  expect((await creations.settle(after)).filter(({ namespace, by }) => by !== after[namespace])).toEqual([])
  expect(await isDeployed(cluster, 'shop', 'edge')).toBe(true)
  expect(istiod.lostGateways).toEqual([])
  await creations.stop()
  expect(creations.log.filter(({ by }) => by !== 'istiod' && by !== 'outrigger')).toEqual([])
  await bundles.stop()
  expect(bundles.faults).toEqual([])
})
