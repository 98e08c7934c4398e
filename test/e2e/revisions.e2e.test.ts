import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kinds } from '../../src/cluster/kinds.ts'
import { readConfigurations } from '../../src/istio/revisions/configuration.ts'
import { matchWebhooks } from '../../src/istio/revisions/match.ts'
import { type JsonObject, lookupString } from '../../src/lang/json.ts'
import { added, webhookCalls } from './support/api-server-metrics.ts'
import { itemsOf, pathOf } from './support/cluster.ts'
import { sharedCluster } from './support/cluster-of-run.ts'
import { type Installation, install } from './support/installation.ts'
import { type Istiod, startIstiod } from './support/istiod/istiod.ts'
import { namespaceMaker } from './support/namespaces.ts'
import { outrigger } from './support/outrigger.ts'
import { injectorsOf } from './support/pods.ts'
import { allRows, expectedCall, podWith, type Row } from './support/selectors.ts'
import { inParallel, waitFor } from './support/wait.ts'

/*
 * istiod, two Outriggers beside it as tags of its revision, and two tags that move between the three: for every combination of
 * the labels of a namespace and a pod, which injector a real API server calls, and how often. The tests follow one another.
 */

type Name = 'istiod' | 'outrigger' | 'canary'

const namespace = 'istio-system'
// `gone` is a tag that nobody installed.
const rows = allRows(['default', 'outrigger', 'canary', 'prod', 'gone'])
const releaseMark = 'e2e.outrigger.dev/release'

const suffixes: Readonly<Record<Name, string>> = {
  istiod: 'sidecar-injector.istio.io',
  outrigger: 'sidecar-injector.outrigger.dev',
  canary: 'sidecar-injector.outrigger.dev',
}
const services: Readonly<Record<string, Name>> = {
  'istio-system/istiod': 'istiod',
  'istio-system/outrigger': 'outrigger',
  'istio-system/outrigger-canary': 'canary',
}

const cluster = sharedCluster()
const makeNamespaces = namespaceMaker(cluster)
const installations = new Map<Name, Installation>()
let istiod: Istiod | undefined

beforeAll(async () => {
  const release = async (name: string, own: Name) => {
    installations.set(own, await install(cluster, { release: name, namespace, values: valuesOf(own), replicas: 1 }))
  }
  const namespaces = Object.fromEntries(rows.map((row) => [row.namespace, row.namespaceLabels]))
  istiod = await startIstiod(cluster)
  await Promise.all([
    release('outrigger', 'outrigger'),
    release('outrigger-canary', 'canary'),
    makeNamespaces(namespaces),
  ])
})

afterAll(async () => {
  await cluster.send('DELETE', `${configurations}?labelSelector=istio.io%2Ftag`)
  for (const installation of installations.values()) await installation.uninstall()
  await istiod?.stop()
})

/** Both may keep the caBundle of tags that move between them, and put their own names on pods. */
function valuesOf(own: Name): JsonObject {
  return {
    tags: [own],
    externalTags: ['prod', 'default'],
    injector: { config: { injectedAnnotations: { [releaseMark]: own } } },
  }
}

const configurations = pathOf(kinds.mutatingWebhookConfiguration)

const tag = (...args: readonly string[]) => outrigger(cluster, 'tag', ...args)

interface Installed {
  /** Who is called for the tags that selectors name. */
  readonly targets: Readonly<Record<string, Name>>
  readonly byDefault: boolean
}

/** Holds the API server, and the pure functions of src/istio/revisions, to the documentation. */
async function check({ targets, byDefault }: Installed): Promise<void> {
  const calls = rows.map((row) => {
    const call = expectedCall(row, { names: Object.keys(targets), byDefault })
    const name = call && targets[call.selectedBy]
    return call && name && { name, webhook: `${call.webhook}.${suffixes[name]}` }
  })
  const injectors = calls.map((call) => call?.name)
  // API servers learn of changed configurations a moment later.
  await waitFor(
    'each pod gets its injector',
    async () => isDeepStrictEqual(await createAll(), injectors),
    20_000,
  ).catch(() => {})

  const [callsBefore, requestsBefore] = [await webhookCalls(cluster), await requests()]
  const outcomes = await createAll()
  expect(named(outcomes)).toEqual(named(injectors))
  // No pod was sent to two, and each webhook was called for the pods of its row of the table.
  expect(added(requestsBefore, await requests())).toEqual(countOf(injectors))
  const webhooks = calls.map((call) => call?.webhook)
  expect(added(callsBefore, await webhookCalls(cluster))).toEqual(countOf(webhooks))

  const read = readConfigurations(itemsOf((await cluster.send('GET', configurations)).body))
  const matched = rows.map((row) => matchWebhooks(read, subjectOf(row)).filter(({ matches }) => matches))
  expect(named(matched.map((matches) => matches.map(({ webhook }) => webhook).join()))).toEqual(
    named(webhooks.map((webhook) => webhook ?? '')),
  )
  expect(named(matched.map(([match]) => match && services[match.called?.address ?? '']))).toEqual(named(injectors))
  // All of them are tags of one revision.
  expect(new Set(matched.flatMap((matches) => matches.map(({ revision }) => revision)))).toEqual(new Set(['default']))
}

/** Creates the pod of each row, without keeping it; gives who injected it. */
function createAll(): Promise<readonly (string | undefined)[]> {
  return inParallel(rows, 16, async (row) => {
    const pod = await cluster.create(kinds.pod, podWith('app', row.namespace, row.podLabels), { dryRun: true })
    const release = lookupString(pod, 'metadata', 'annotations', releaseMark)
    return injectorsOf(pod).map((injector) => (injector === 'outrigger' ? release : injector))[0]
  })
}

/** How many reviews each injector answered so far. */
async function requests(): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>([['istiod', istiod?.reviews() ?? 0]])
  for (const [name, { replicas }] of installations) {
    for (const replica of replicas) {
      const count = (await replica.metrics()).get('sidecar_injection_requests_total') ?? 0
      counts.set(name, (counts.get(name) ?? 0) + count)
    }
  }
  return counts
}

function subjectOf({ namespace: name, namespaceLabels, podLabels }: Row) {
  return { namespace: { name, labels: namespaceLabels }, labels: podLabels }
}

/** By the labels of the rows, so that a difference says where it is. */
function named<T>(values: readonly T[]): Readonly<Record<string, T | undefined>> {
  const name = ({ namespaceLabels, podLabels }: Row) => JSON.stringify({ namespace: namespaceLabels, pod: podLabels })
  return Object.fromEntries(rows.map((row, index) => [name(row), values[index]]))
}

function countOf(keys: readonly (string | undefined)[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const key of keys) if (key !== undefined) counts[key] = (counts[key] ?? 0) + 1
  return counts
}

const own = { outrigger: 'outrigger', canary: 'canary' } as const

test('istiod, two Outriggers and a tag of istiod', async () => {
  await tag('set', 'prod', '--revision', 'default')
  expect(await tag('list')).toMatch(/^prod +default +istio-system\/istiod .*matrix-unset-prod/m)
  await check({ targets: { ...own, default: 'istiod', prod: 'istiod' }, byDefault: false })
})

test('the tag moves to an Outrigger, and the next pod follows', async () => {
  await tag('set', 'prod', '--to', 'canary', '--overwrite')
  await check({ targets: { ...own, default: 'istiod', prod: 'canary' }, byDefault: false })
})

test('the tag moves to the other Outrigger', async () => {
  await tag('set', 'prod', '--overwrite')
  expect(await tag('list')).toMatch(/^prod +default +istio-system\/outrigger .*matrix-unset-prod/m)
  await check({ targets: { ...own, default: 'istiod', prod: 'outrigger' }, byDefault: false })
})

test('the tag default takes over from istiod, with namespaces without labels', async () => {
  await tag('set', 'default', '--to', 'canary', '--inject-by-default', 'yes')
  await check({ targets: { ...own, default: 'canary', prod: 'outrigger' }, byDefault: true })
})

test('the tag default moves on, and an upgrade of the releases changes nothing of it', async () => {
  await tag('set', 'default', '--to', 'outrigger', '--overwrite')
  for (const [name, installation] of installations) {
    await installation.upgrade({ ...valuesOf(name), webhook: { timeoutSeconds: 7 } })
  }
  await check({ targets: { ...own, default: 'outrigger', prod: 'outrigger' }, byDefault: true })
})

test('the tag default goes back to istiod', async () => {
  await tag('set', 'default', '--revision', 'default', '--overwrite')
  await check({ targets: { ...own, default: 'istiod', prod: 'outrigger' }, byDefault: true })
})

test('a tag that is removed injects nothing any more', async () => {
  await tag('remove', 'prod', '--yes')
  await check({ targets: { ...own, default: 'istiod' }, byDefault: true })
})
