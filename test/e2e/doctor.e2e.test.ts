import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { kinds } from '../../src/cluster/kinds.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { pathOf } from './support/cluster.ts'
import { sharedCluster } from './support/cluster-of-run.ts'
import { type Installation, install } from './support/installation.ts'
import { namespaceMaker } from './support/namespaces.ts'
import { run } from './support/program.ts'

/* What doctor and precheck say of a real API server, whose words for what is wrong are its own. */

const cluster = sharedCluster()
const makeNamespaces = namespaceMaker(cluster)
let installation: Installation

beforeAll(async () => {
  installation = await install(cluster, {
    release: 'outrigger',
    namespace: 'istio-system',
    values: { tags: ['outrigger', 'default', 'prod'] },
    replicas: 1,
  })
  await makeNamespaces({ shop: { 'istio-injection': 'enabled' }, bank: { 'istio.io/rev': 'prod' } })
})
afterAll(() => installation?.uninstall())

interface Told {
  readonly check: string
  readonly status: string
  readonly about: string
  readonly message: string
}

async function outrigger(...args: readonly string[]) {
  return run(process.execPath, [inject('outrigger'), ...args, '--kubeconfig', cluster.access.kubeconfig])
}

async function doctor() {
  const { code, stdout } = await outrigger('doctor', '-o', 'json')
  const { checks } = JSON.parse(stdout) as { readonly checks: readonly Told[] }
  const of = (id: string) =>
    checks.filter(({ check }) => check === id).map(({ status, message }) => `${status} ${message}`)
  return { code, of }
}

test('my webhook is reachable, by each of its tags', async () => {
  const { code, of } = await doctor()
  expect(of('reachable')).toEqual([
    'ok a pod in the namespace shop was injected',
    // No namespace uses the tag outrigger: a pod asks for it.
    'ok a pod in the namespace default was injected',
    'ok a pod in the namespace bank was injected',
  ])
  expect(of('ca-bundle')).toEqual(['ok the same CAs in all 3 configurations'])
  expect(of('certificate')[0]).toMatch(/^ok .* serves a certificate that the caBundle verifies/)
  expect(of('selectors')).toEqual(['ok a webhook is called for all 2 with a label'])
  expect(code).toBe(0)
})

test('nothing listens, or nobody answers for a label', async () => {
  await makeNamespaces({ lost: { 'istio.io/rev': 'prd' } })
  await cluster.patch(pathOf(kinds.service, 'istio-system', installation.serviceName), {
    spec: { externalName: 'nowhere.invalid' },
  })
  // Connections that the API server has would last.
  await Promise.all([...installation.replicas].map((replica) => installation.stop(replica)))
  const { code, of } = await doctor()
  expect(of('reachable')[0]).toMatch(/^fail the API server can't call it: failed to call webhook: Post "https:/)
  expect(of('selectors')[0]).toMatch(/^fail namespace lost has the label istio\.io\/rev=prd, .*did you mean prod\?$/)
  expect(code).toBe(1)
})

test('precheck reads the cluster and its version', async () => {
  const both: JsonObject = { metadata: { labels: { 'istio.io/rev': 'prod' } } }
  await cluster.patch(pathOf(kinds.namespace, '', 'shop'), both)
  const { code, stdout, stderr } = await outrigger('precheck', '-o', 'json')
  const { findings } = JSON.parse(stdout) as {
    readonly findings: readonly { readonly code: string; readonly object: JsonObject }[]
  }
  expect(findings.map(({ code, object }) => `${code} ${object['name']}`).sort()).toEqual([
    'IST0123 shop',
    'OUT0010 lost',
  ])
  expect([code, stderr]).toEqual([1, ''])
})
