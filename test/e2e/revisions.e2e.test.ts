import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kinds } from '../../src/cluster/kinds.ts'
import { readConfigurations } from '../../src/istio/revisions/configuration.ts'
import { matchWebhooks } from '../../src/istio/revisions/match.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { added, webhookCalls } from './support/api-server-metrics.ts'
import { itemsOf, pathOf } from './support/cluster.ts'
import { sharedCluster } from './support/cluster-of-run.ts'
import { type Installation, install } from './support/installation.ts'
import { namespaceMaker } from './support/namespaces.ts'
import { outrigger } from './support/outrigger.ts'
import { injectedRevision } from './support/pods.ts'
import { allRows, expectedCall, podWith, type Row } from './support/selectors.ts'
import { inParallel, waitFor } from './support/wait.ts'

/*
 * Two revisions and a tag: for every combination of the labels of a namespace and a pod, which injector a real API
 * server calls, and how often. The tests follow one another, as an upgrade does.
 */

const namespace = 'istio-system'
const canary = '1-28-0'
// `gone` is a revision that nobody installed.
const rows = allRows(['default', canary, 'prod', 'gone'])

const cluster = sharedCluster()
const makeNamespaces = namespaceMaker(cluster)
const installations = new Map<string, Installation>()

beforeAll(async () => {
  const release = async (name: string, revision: string) => {
    const options = { release: name, namespace, values: valuesOf(revision), replicas: 1 }
    installations.set(revision || 'default', await install(cluster, options))
  }
  const namespaces = Object.fromEntries(rows.map((row) => [row.namespace, row.namespaceLabels]))
  await Promise.all([release('outrigger', ''), release('outrigger-canary', canary), makeNamespaces(namespaces)])
})

afterAll(async () => {
  await cluster.send('DELETE', `${configurations}?labelSelector=istio.io%2Ftag`)
  for (const installation of installations.values()) await installation.uninstall()
})

/** Both may keep the caBundle of tags that move between them. */
function valuesOf(revision: string): JsonObject {
  return { revision, externalTags: ['prod', 'default'] }
}

const configurations = pathOf(kinds.mutatingWebhookConfiguration)

const tag = (...args: readonly string[]) => outrigger(cluster, 'tag', ...args)

interface Installed {
  /** Which revision is called for the revisions and tags that selectors name. */
  readonly targets: Readonly<Record<string, string>>
  readonly byDefault: boolean
}

/** Holds the API server, and the pure functions of src/istio/revisions, to the documentation. */
async function check({ targets, byDefault }: Installed): Promise<void> {
  const calls = rows.map((row) => expectedCall(row, { names: Object.keys(targets), byDefault }))
  const revisions = calls.map((call) => call && targets[call.selectedBy])
  // API servers learn of changed configurations a moment later.
  await waitFor(
    'each pod gets its injector',
    async () => isDeepStrictEqual(await createAll(), revisions),
    20_000,
  ).catch(() => {})

  const [callsBefore, requestsBefore] = [await webhookCalls(cluster), await requests()]
  const outcomes = await createAll()
  expect(named(outcomes)).toEqual(named(revisions))
  // No pod was sent to two, and each webhook was called for the pods of its row of the table.
  expect(added(requestsBefore, await requests())).toEqual(countOf(revisions))
  const webhooks = calls.map((call) => call && `${call.webhook}.sidecar-injector.istio.io`)
  expect(added(callsBefore, await webhookCalls(cluster))).toEqual(countOf(webhooks))

  const read = readConfigurations(itemsOf((await cluster.send('GET', configurations)).body))
  const matched = rows.map((row) => matchWebhooks(read, subjectOf(row)).filter(({ matches }) => matches))
  expect(named(matched.map((matches) => matches.map(({ webhook }) => webhook).join()))).toEqual(
    named(webhooks.map((webhook) => webhook ?? '')),
  )
  expect(named(matched.map(([match]) => match?.revision))).toEqual(named(revisions))
}

/** Creates the pod of each row, without keeping it; gives the revision that injected it. */
function createAll(): Promise<readonly (string | undefined)[]> {
  return inParallel(rows, 16, async (row) => {
    const pod = await cluster.create(kinds.pod, podWith('app', row.namespace, row.podLabels), { dryRun: true })
    return injectedRevision(pod)
  })
}

/** How many reviews each revision answered so far. */
async function requests(): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for (const [revision, { replicas }] of installations) {
    for (const replica of replicas) {
      const count = (await replica.metrics()).get('sidecar_injection_requests_total') ?? 0
      counts.set(revision, (counts.get(revision) ?? 0) + count)
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

test('two revisions and a tag', async () => {
  await tag('set', 'prod', '--revision', canary)
  expect(await tag('list')).toMatch(/^prod +1-28-0 +.*matrix-unset-prod/m)
  await check({ targets: { default: 'default', [canary]: canary, prod: canary }, byDefault: false })
})

test('the tag moves to the other revision, and the next pod follows', async () => {
  await tag('set', 'prod', '--revision', 'default', '--overwrite')
  await check({ targets: { default: 'default', [canary]: canary, prod: 'default' }, byDefault: false })
})

test('namespaces without labels are injected', async () => {
  await installations.get('default')?.upgrade({ ...valuesOf(''), webhook: { enableNamespacesByDefault: true } })
  await check({ targets: { default: 'default', [canary]: canary, prod: 'default' }, byDefault: true })
})

test('the tag default takes over from the default revision', async () => {
  await tag('set', 'default', '--revision', canary, '--yes')
  const targets = { default: canary, [canary]: canary, prod: 'default' }
  await check({ targets, byDefault: true })
  // As the notes of the chart say: the next upgrade is told that its own configuration is switched off.
  await installations.get('default')?.upgrade({ ...valuesOf(''), webhook: { deactivated: true } })
  await check({ targets, byDefault: true })
})

test('a tag that is removed injects nothing any more', async () => {
  await tag('remove', 'prod', '--yes')
  await check({ targets: { default: canary, [canary]: canary }, byDefault: true })
})
