import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { manifestSource } from '../../../src/cli/cluster/manifests.ts'
import { objectsOf } from '../../../src/cli/cluster/open.ts'
import { type Io, processIo } from '../../../src/cli/io.ts'
import { kinds } from '../../../src/cluster/kinds.ts'
import { lookupString } from '../../../src/lang/json.ts'
import { startApiServer } from '../../support/api-server.ts'
import { outrigger } from '../support.ts'

const io: Io = { ...processIo(), env: {} }
const pod = (name: string, namespace: string, app: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { app } },
  spec: { containers: [] },
})
const objects = [
  pod('a', 'shop', 'web'),
  pod('b', 'default', 'web'),
  pod('b', 'shop', 'api'),
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
]

async function started() {
  const server = await startApiServer()
  onTestFinished(() => server.close())
  for (const object of objects) server.put(object)
  return server
}

test('a cluster and manifests answer alike', async () => {
  const server = await started()
  const cluster = await objectsOf({ kubeconfig: server.kubeconfig }, io)
  expect(cluster.description).toBe(`the cluster ${server.url}`)
  expect(cluster.connection?.client.server).toBe(server.url)
  for (const source of [cluster, manifestSource(objects)]) {
    const names = async (...args: Parameters<typeof source.list>) =>
      (await source.list(...args)).map(
        (object) => `${lookupString(object, 'metadata', 'namespace')}/${lookupString(object, 'metadata', 'name')}`,
      )
    expect(source.namespace).toBe('default')
    expect(await names(kinds.pod)).toEqual(['shop/a', 'default/b', 'shop/b'])
    expect(await names(kinds.pod, { namespace: 'shop' })).toEqual(['shop/a', 'shop/b'])
    expect(await names(kinds.pod, { labelSelector: 'app in (web)' })).toEqual(['shop/a', 'default/b'])
    expect(await names(kinds.namespace)).toEqual(['/shop'])
    expect(await names(kinds.proxyConfig)).toEqual([])
    expect(await source.get(kinds.pod, 'b')).toMatchObject({ metadata: { labels: { app: 'web' } } })
    expect(await source.get(kinds.pod, 'b', 'shop')).toMatchObject({
      kind: 'Pod',
      metadata: { labels: { app: 'api' } },
    })
    expect(await source.get(kinds.pod, 'c', 'shop')).toBeUndefined()
  }
})

test('a kind that the cluster does not have has no objects; what is forbidden is a sentence', async () => {
  const server = await started()
  const cluster = await objectsOf({ kubeconfig: server.kubeconfig, context: 'test' }, io)
  server.faults.unknown.add(kinds.serviceEntry)
  expect(await cluster.list(kinds.serviceEntry)).toEqual([])
  server.faults.next.push({ status: 403 }, { status: 401 })
  await expect(cluster.list(kinds.pod)).rejects.toThrow(
    `cannot list pods: told to answer 403 (${server.url}, from context test of --kubeconfig ${server.kubeconfig}): request the permission`,
  )
  await expect(cluster.get(kinds.pod, 'a', 'shop')).rejects.toMatchObject({
    name: 'CliError',
    message: expect.stringContaining('log in again, or choose another --context'),
  })
})

test('either manifests or a cluster', async () => {
  const { code, stderr } = await outrigger(['tag', 'list', '-f', '-', '--context', 'test'])
  expect(code).toBe(2)
  expect(stderr).toContain("option '-f, --filename <file|dir|->' cannot be used with option '--context <name>'")
})

test('no command loads what reaches clusters before it is needed', () => {
  const seen = new Set<string>()
  const visit = (file: string) => {
    if (seen.has(file)) return
    seen.add(file)
    const text = readFileSync(file, 'utf8')
    for (const [, from = ''] of text.matchAll(
      /^(?:import|export)\s+(?!type\s)(?:[^'";]*?\sfrom\s+)?'(\.[^']+\.ts)'/gm,
    )) {
      visit(resolve(dirname(file), from))
    }
  }
  for (const file of [
    'cli/program.ts',
    'cli/tag/set.ts',
    'cli/tag/list.ts',
    'cli/tag/generate.ts',
    'cli/tag/remove.ts',
  ]) {
    visit(fileURLToPath(new URL(`../../../src/${file}`, import.meta.url)))
  }
  expect(seen.size).toBeGreaterThan(30)
  expect([...seen].filter((file) => /kube\/(connect|kubeconfig|api|transport)\.ts$/.test(file))).toEqual([])
})
