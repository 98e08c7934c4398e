import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, onTestFinished, test } from 'vitest'
import { startConnectProxy } from '../support/connect-proxy.ts'
import { sharedCluster } from './support/cluster-of-run.ts'
import { kubeconfigOf } from './support/control-plane.ts'
import { namespaceMaker } from './support/namespaces.ts'
import { startReplica } from './support/outrigger.ts'
import { run } from './support/program.ts'

/* A real API server that only a proxy finds: its address here is a name of a cluster's inside. */

const cluster = sharedCluster()
const makeNamespaces = namespaceMaker(cluster)
const host = 'kubernetes.default.svc'

async function throughProxy(credentials: string) {
  const { url, ca, token, folder } = cluster.access
  const proxy = await startConnectProxy({
    ports: { [`${host}:443`]: Number(new URL(url).port) },
    credentials: 'me:secret',
  })
  const kubeconfig = join(folder, 'proxied')
  writeFileSync(kubeconfig, kubeconfigOf(`https://${host}`, ca, token), { mode: 0o600 })
  const env = { KUBECONFIG: kubeconfig, HTTPS_PROXY: `http://${credentials}@${proxy.address}` }
  const outrigger = (...args: readonly string[]) => run(process.execPath, [inject('outrigger'), ...args], { env })
  return { proxy, kubeconfig, env, outrigger }
}

test('commands go through the proxy, as kubectl does', async () => {
  const { proxy, env, outrigger } = await throughProxy('me:secret')
  await makeNamespaces({ proxied: { 'istio-injection': 'enabled' } })
  const kubectl = await run(cluster.access.assets.kubectl, ['get', 'namespace', 'proxied', '-o', 'name'], { env })
  expect(kubectl.stdout).toBe('namespace/proxied\n')
  const before = proxy.connects.length
  const { stdout, stderr } = await outrigger('precheck', '-o', 'json')
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toHaveProperty('findings')
  expect(proxy.connects.length).toBeGreaterThan(before)
  expect(new Set(proxy.connects)).toEqual(new Set([`${host}:443`]))
})

test('a server follows the cluster through the proxy', async () => {
  const { proxy, kubeconfig, env } = await throughProxy('me:secret')
  const args = ['serve', '--tls', 'dev', '--kubeconfig', kubeconfig]
  const replica = await startReplica(cluster.access.folder, args, env)
  onTestFinished(() => replica.kill())
  await replica.becomesReady()
  expect(new Set(proxy.connects)).toEqual(new Set([`${host}:443`]))
})

test('a proxy that refuses is named, without its password', async () => {
  const { proxy, outrigger } = await throughProxy('me:wrong')
  const { code, stderr } = await outrigger('precheck')
  expect(code).toBe(2)
  expect(stderr).toContain(`the proxy http://${proxy.address} (HTTPS_PROXY) refused the user and password in its URL`)
  expect(stderr).not.toContain('wrong')
})
