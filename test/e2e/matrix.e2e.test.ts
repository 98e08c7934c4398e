import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JsonObject } from '../../src/json.ts'
import { kinds } from '../../src/kube/kinds.ts'
import { readConfigurations } from '../../src/revisions/configuration.ts'
import { matchWebhooks } from '../../src/revisions/match.ts'
import { revisionConfiguration, tagConfiguration } from '../../src/revisions/webhooks.ts'
import { added, webhookCalls } from './support/api-server-metrics.ts'
import { itemsOf, pathOf } from './support/cluster.ts'
import { sharedCluster } from './support/cluster-of-run.ts'
import { namespaceMaker } from './support/namespaces.ts'
import { type Replica, startReplica } from './support/outrigger.ts'
import { injectedRevision } from './support/pods.ts'
import { allRows, type Call, expectedCall, podWith, type Row } from './support/selectors.ts'
import { inParallel, waitFor } from './support/wait.ts'

/* Every combination of the labels that decide which injector is called, asked of a real API server. */

const canary = '1-28-0'
const names = ['default', canary, 'prod']
// `gone` is a revision that nobody installed.
const rows = allRows([...names, 'gone'])

const cluster = sharedCluster()
const makeNamespaces = namespaceMaker(cluster)
const replicas = new Map<string, Replica>()
const cas = new Map<string, string>()
const caOf = (revision: string) => cas.get(revision) ?? ''

beforeAll(async () => {
  await makeNamespaces(Object.fromEntries(rows.map(({ namespace, namespaceLabels }) => [namespace, namespaceLabels])))
  for (const revision of ['', canary]) {
    const folder = mkdtempSync(join(cluster.access.folder, 'direct-'))
    const args = ['serve', '--tls', 'dev', '--certs-dir', folder, ...(revision === '' ? [] : ['--revision', revision])]
    replicas.set(revision, await startReplica(folder, args))
    cas.set(revision, readFileSync(join(folder, 'ca.crt')).toString('base64'))
  }
})
afterAll(async () => {
  for (const replica of replicas.values()) await replica.stop()
})

/** Who answers whom a webhook selects by its name. */
type Targets = Readonly<Record<string, string>>

interface Outcome {
  readonly row: Row
  readonly revision: string | undefined
}

/** Creates the pod of each row, without keeping it. */
function createAll(): Promise<readonly Outcome[]> {
  return inParallel(rows, 16, async (row) => {
    const pod = await cluster.create(kinds.pod, podWith('app', row.namespace, row.podLabels), { dryRun: true })
    return { row, revision: injectedRevision(pod) }
  })
}

async function requests(): Promise<ReadonlyMap<string, number>> {
  const counts = await Promise.all(
    [...replicas].map(async ([revision, replica]) => {
      const metrics = await replica.metrics()
      return [revision || 'default', metrics.get('sidecar_injection_requests_total') ?? 0] as const
    }),
  )
  return new Map(counts)
}

/** Holds the API server to the documentation and to the pure functions. */
async function check(installed: { readonly targets: Targets; readonly byDefault: boolean }): Promise<void> {
  const { targets, byDefault } = installed
  const expected = (row: Row) => expectedCall(row, { names: Object.keys(targets), byDefault })
  const revisionFor = (call: Call | undefined) => (call === undefined ? undefined : targets[call.selectedBy])
  const configurations = readConfigurations(itemsOf((await cluster.send('GET', listPath)).body))

  const [callsBefore, requestsBefore] = [await webhookCalls(cluster), await requests()]
  const outcomes = await createAll()
  const calls = added(callsBefore, await webhookCalls(cluster))
  const answered = added(requestsBefore, await requests())

  // Each pod by itself: who injected it, and what the selectors as Outrigger reads them say.
  expect(outcomes).toEqual(rows.map((row) => ({ row, revision: revisionFor(expected(row)) })))
  for (const row of rows) {
    const namespace = { name: row.namespace, labels: row.namespaceLabels }
    const matches = matchWebhooks(configurations, { namespace, labels: row.podLabels }).filter(({ matches }) => matches)
    const call = expected(row)
    expect(
      matches.map(({ webhook, revision }) => ({ webhook, revision })),
      JSON.stringify(row),
    ).toEqual(call === undefined ? [] : [{ webhook: `${call.webhook}.${suffix}`, revision: revisionFor(call) }])
  }
  // All together: no pod was sent to two, and each webhook was called for its own pods.
  expect(answered).toEqual(countBy(rows, (row) => revisionFor(expected(row))))
  expect(calls).toEqual(countBy(rows, (row) => withSuffix(expected(row)?.webhook)))
}

const suffix = 'sidecar-injector.istio.io'
const listPath = pathOf(kinds.mutatingWebhookConfiguration)
const withSuffix = (prefix: string | undefined) => (prefix === undefined ? undefined : `${prefix}.${suffix}`)

function countBy<T>(items: readonly T[], keyOf: (item: T) => string | undefined): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const item of items) {
    const key = keyOf(item)
    if (key !== undefined) counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

test('direct', async () => {
  const options = (revision: string) => {
    const replica = replicas.get(revision)
    return {
      revision,
      namespace: 'istio-system',
      clientConfig: { url: `https://127.0.0.1:${replica?.port}/inject`, caBundle: caOf(revision) },
    }
  }
  for (const object of [
    revisionConfiguration(options('')),
    revisionConfiguration(options(canary)),
    tagConfiguration({ tag: 'prod', ...options(canary) }),
  ]) {
    await cluster.create(kinds.mutatingWebhookConfiguration, object as JsonObject)
  }
  await waitFor('c', async () => {
    const p = await cluster.create(kinds.pod, podWith('app', 'matrix-unset-prod'), { dryRun: true })
    return injectedRevision(p) === canary
  })
  await check({ targets: { default: 'default', [canary]: canary, prod: canary }, byDefault: false })
})
