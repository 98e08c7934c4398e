import { afterAll, beforeAll, expect, test } from 'vitest'
import { kinds } from '../../src/cluster/kinds.ts'
import { type JsonObject, lookup, lookupString } from '../../src/lang/json.ts'
import { itemsOf, pathOf } from './support/cluster.ts'
import { sharedCluster } from './support/cluster-of-run.ts'
import { type Installation, install } from './support/installation.ts'
import { type Load, startLoad } from './support/load.ts'
import { namespaceMaker } from './support/namespaces.ts'
import { outrigger } from './support/outrigger.ts'
import { injectedRevision } from './support/pods.ts'
import { podWith } from './support/selectors.ts'
import { waitFor } from './support/wait.ts'

/*
 * From an Outrigger for one revision of istiod to one for the next and to none, while pods are created all the time and
 * failurePolicy is Fail. The tests follow one another.
 */

const namespace = 'outrigger-system'
const [old, next] = ['1-27-1', '1-28-0']
/** The own tag of the Outrigger for a revision. */
const tagFor = (revision: string) => `v${revision}`
const webhooks = pathOf(kinds.mutatingWebhookConfiguration)

const cluster = sharedCluster()
const makeNamespaces = namespaceMaker(cluster)
const installed: Installation[] = []
const seen = new Map<string, number>()
let creations: Load

beforeAll(async () => {
  await makeNamespaces({ [namespace]: {}, shop: { 'istio.io/rev': 'prod' } })
  await installRevision(old)
  await tag('set', 'prod', '--to', tagFor(old))
  await waitFor('pods are injected', async () => (await created()) === old)
  creations = startLoad(20, async () => {
    const revision = (await created()) ?? 'none'
    seen.set(revision, (seen.get(revision) ?? 0) + 1)
  })
})

afterAll(async () => {
  await creations?.pause()
  await cluster.send('DELETE', `${webhooks}?labelSelector=istio.io%2Ftag`)
  for (const installation of installed) await installation.uninstall()
})

const valuesOf = (revision: string): JsonObject => ({
  revision,
  tags: [tagFor(revision)],
  externalTags: ['prod'],
})

async function installRevision(revision: string): Promise<void> {
  const options = { release: `outrigger-${revision}`, namespace, values: valuesOf(revision), replicas: 1 }
  installed.push(await install(cluster, options))
}

const tag = (...args: readonly string[]) => outrigger(cluster, 'tag', ...args)

/** The revision that injects a new pod. */
async function created(): Promise<string | undefined> {
  return injectedRevision(await cluster.create(kinds.pod, podWith('web', 'shop'), { dryRun: true }))
}

async function configurationsOf(selector: string): Promise<readonly JsonObject[]> {
  return itemsOf((await cluster.send('GET', `${webhooks}?labelSelector=${encodeURIComponent(selector)}`)).body)
}

test('an upgrade of a release keeps the caBundle', async () => {
  const bundles = async () => {
    const [configuration] = await configurationsOf(`istio.io/rev=${old},istio.io/tag=${tagFor(old)}`)
    const list = lookup(configuration, 'webhooks')
    return Array.isArray(list)
      ? list.map((one) => [lookup(one, 'timeoutSeconds'), lookupString(one, 'clientConfig', 'caBundle')])
      : []
  }
  const before = await bundles()
  expect(before.length).toBeGreaterThan(0)
  await installed[0]?.upgrade({ ...valuesOf(old), webhook: { timeoutSeconds: 7 } })
  expect(await bundles()).toEqual(before.map(([, bundle]) => [7, bundle]))
  expect(creations.failures()).toEqual([])
})

test('the tag moves from the old one to one installed beside it', async () => {
  await installRevision(next)
  expect(await created()).toBe(old)
  expect(await tag('set', 'prod', '--to', tagFor(next), '--overwrite')).toContain('kubectl rollout restart')
  await waitFor('the next pod follows', async () => (await created()) === next)
  expect(creations.failures()).toEqual([])
})

test('the old one goes, and nobody notices', async () => {
  await installed.shift()?.uninstall()
  expect(await configurationsOf(`istio.io/rev=${old}`)).toEqual([])
  const before = creations.done()
  await waitFor('pods are created on', () => creations.done() > before + 40)
  await creations.pause()
  expect(creations.failures()).toEqual([])
  expect([...seen.keys()].sort()).toEqual([old, next])
})

test('the last one leaves nothing that keeps pods from being created', async () => {
  await tag('remove', 'prod', '--yes')
  await makeNamespaces({ labelled: { 'istio.io/rev': tagFor(next) } })
  const pod = () => cluster.create(kinds.pod, podWith('web', 'labelled'), { dryRun: true })
  expect(injectedRevision(await pod())).toBe(next)

  await installed.shift()?.uninstall()
  expect(await configurationsOf('app=sidecar-injector')).toEqual([])
  expect(
    injectedRevision(await waitFor('pods are created without a sidecar', () => pod().catch(() => undefined))),
  ).toBe(undefined)
  expect(await created()).toBe(undefined)
  // Nor rights that nobody needs.
  const roles = await cluster.kubectl(['get', 'clusterroles,clusterrolebindings', '-o', 'name'])
  expect(roles.stdout).not.toContain('outrigger')
})
