import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { kinds } from '../../src/cluster/kinds.ts'
import { itemsOf, pathOf } from './support/cluster.ts'
import { sharedCluster } from './support/cluster-of-run.ts'
import { type Installation, install } from './support/installation.ts'
import { namespaceMaker } from './support/namespaces.ts'
import { run } from './support/program.ts'
import { waitFor } from './support/wait.ts'

/* What an upgrade will change, and which pods it has not reached: asked of two Outriggers, each for a revision of istiod, on a real API server. */

const cluster = sharedCluster()
const makeNamespaces = namespaceMaker(cluster)
const installations: Installation[] = []

async function outrigger(...args: readonly string[]) {
  return run(process.execPath, [inject('outrigger'), ...args, '--kubeconfig', cluster.access.kubeconfig])
}

beforeAll(async () => {
  const revisions = { '1-27-1': '1.27.1', '1-28-0': '1.28.0' }
  for (const [revision, tag] of Object.entries(revisions)) {
    const values = {
      revision,
      tags: [`v${revision}`],
      externalTags: ['canary', 'prod'],
      injector: { values: { global: { tag } } },
    }
    installations.push(
      await install(cluster, { release: `outrigger-${revision}`, namespace: 'istio-system', values, replicas: 1 }),
    )
  }
  for (const [tag = '', own = ''] of [
    ['prod', 'v1-27-1'],
    ['canary', 'v1-28-0'],
  ]) {
    const { code, stderr } = await outrigger('tag', 'set', tag, '--to', own)
    expect([code, stderr]).toEqual([0, expect.any(String)])
  }
  await makeNamespaces({ store: { 'istio.io/rev': 'prod' } })
  const labels = { app: 'till' }
  await cluster.create(kinds.deployment, {
    metadata: { name: 'till', namespace: 'store' },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'till', image: 'till:1' }] } },
    },
  })
  await waitFor('the pods are there', async () => (await pods()).length === 2)
})
afterAll(async () => {
  for (const tag of ['prod', 'canary']) await outrigger('tag', 'remove', tag, '--yes')
  for (const installation of installations) await installation.uninstall()
})

async function pods() {
  return itemsOf(await cluster.get(pathOf(kinds.pod, 'store')))
}

const image = (tag: string) => new RegExp(`istio-proxy image .*:${tag.replaceAll('.', '\\.')}`)

test('what moving a namespace to the tag canary would change', async () => {
  const { code, stdout } = await outrigger('diff', '-n', 'store', '--to-tag', 'canary')
  expect(stdout).toContain('Deployment store/till')
  expect(stdout).toMatch(/istio-proxy\n +image .*:1\.27\.1 → .*:1\.28\.0\n/)
  expect(code).toBe(1)
  expect(await outrigger('diff', '-n', 'store', '--to-tag', 'prod')).toMatchObject({ code: 0 })
})

test('which running pods are old, before and after the tag has moved', async () => {
  expect(await outrigger('outdated', '-n', 'store')).toMatchObject({ code: 0 })
  expect(await outrigger('tag', 'set', 'prod', '--to', 'v1-28-0', '--overwrite')).toMatchObject({ code: 0 })
  const { code, stdout } = await outrigger('outdated', '-n', 'store')
  expect(stdout).toMatch(image('1.28.0'))
  expect(code).toBe(1)
  const { stdout: lines } = await outrigger('outdated', '-n', 'store', '--restart')
  expect(lines).toContain('kubectl rollout restart deployment/till -n store')
})

test('lint reads the cluster', async () => {
  await makeNamespaces({ odd: { 'istio.io/rev': 'canry' } })
  const { code, stdout } = await outrigger('lint', '-o', 'json')
  expect(JSON.parse(stdout).findings).toContainEqual(
    expect.objectContaining({ code: 'OUT0010', object: expect.objectContaining({ kind: 'Namespace', name: 'odd' }) }),
  )
  expect(code).toBe(1)
})
