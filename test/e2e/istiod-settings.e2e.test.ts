import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kinds } from '../../src/cluster/kinds.ts'
import { isObject, type JsonObject, lookupString, own } from '../../src/lang/json.ts'
import { pathOf } from './support/cluster.ts'
import { sharedCluster } from './support/cluster-of-run.ts'
import { outrigger, type Replica, startReplica } from './support/outrigger.ts'
import { waitFor } from './support/wait.ts'

/* A server that follows an istiod: its ConfigMaps, its Deployment and the mesh that it shares. */

const cluster = sharedCluster()
const namespace = 'followed'
const revision = 'followed'
const deploymentPath = pathOf(kinds.deployment, namespace, `istiod-${revision}`)
const args = ['--from-cluster', '--istio-namespace', namespace, '--revision', revision]
let replica: Replica

const configMap = (name: string, data: JsonObject): JsonObject => ({ metadata: { name, namespace }, data })

/** The environment is replaced as a whole: a merge patch has no keys for lists. */
function containers(env: Readonly<Record<string, string>>): readonly JsonObject[] {
  const list = Object.entries({ REVISION: revision, ...env }).map(([name, value]) => ({ name, value }))
  return [{ name: 'discovery', image: 'registry.istio.io/release/pilot:1.26.4', env: list }]
}

beforeAll(async () => {
  await cluster.create(kinds.namespace, { metadata: { name: namespace } })
  const values = JSON.stringify({ global: { hub: 'registry.istio.io/release', tag: '1.26.4' } })
  const sidecar = 'metadata: {annotations: {policy: {{ .CompliancePolicy | quote }}}}'
  const template = JSON.stringify({ templates: { sidecar, gateway: '', 'grpc-agent': '', 'grpc-simple': '' } })
  await cluster.create(kinds.configMap, configMap(`istio-sidecar-injector-${revision}`, { config: template, values }))
  await cluster.create(kinds.configMap, configMap(`istio-${revision}`, { mesh: 'trustDomain: own' }))
  await cluster.create(kinds.configMap, configMap('shared', { mesh: 'rootNamespace: shared' }))
  const labels = { app: 'istiod', 'istio.io/rev': revision }
  await cluster.create(kinds.deployment, {
    metadata: { name: `istiod-${revision}`, namespace, labels },
    // No pod of it is wanted.
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: containers({}) } },
    },
  })
  const { folder, kubeconfig } = cluster.access
  replica = await startReplica(folder, ['serve', '--tls', 'dev', ...args], { ...process.env, KUBECONFIG: kubeconfig })
})

afterAll(async () => {
  await replica?.stop()
  await cluster.remove(pathOf(kinds.namespace, '', namespace))
})

async function setting(name: string): Promise<string> {
  const page: unknown = await (await fetch(`http://127.0.0.1:${replica.monitoringPort}/debug/config`)).json()
  const settings = isObject(page) ? own(page, 'settings') : undefined
  const found = Array.isArray(settings) ? settings.find((one) => lookupString(one, 'name') === name) : undefined
  return `${lookupString(found, 'value')}, from ${lookupString(found, 'from')}`
}

function change(env: Readonly<Record<string, string>>): Promise<JsonObject> {
  return cluster.patch(deploymentPath, { spec: { template: { spec: { containers: containers(env) } } } })
}

test('the settings are those of the Deployment, and follow it within two seconds', async () => {
  expect(await setting('nativeSidecars')).toBe('disabled, from the default of Istio 1.26')
  await change({ ENABLE_NATIVE_SIDECARS: 'true' })
  const wanted = `enabled, from ENABLE_NATIVE_SIDECARS of Deployment ${namespace}/istiod-${revision}`
  const since = performance.now()
  await waitFor('the variable is followed', async () => (await setting('nativeSidecars')) === wanted)
  expect(performance.now() - since).toBeLessThan(2000)
  await change({})
  await waitFor('and that it is gone', async () => (await setting('nativeSidecars')).startsWith('disabled'))
})

test('the mesh that istiod shares is read, and its change followed', async () => {
  const reloads = () => replica.logged().filter(({ msg }) => msg === 'configuration reloaded').length
  await change({ SHARED_MESH_CONFIG: 'shared' })
  const wanted = `shared, from SHARED_MESH_CONFIG of Deployment ${namespace}/istiod-${revision}`
  await waitFor('the shared mesh is named', async () => (await setting('sharedMesh')) === wanted)
  const before = reloads()
  await cluster.patch(pathOf(kinds.configMap, namespace, 'shared'), { data: { mesh: 'rootNamespace: changed' } })
  await waitFor('its change is loaded', () => reloads() > before)
})

test('a value that istiod does not know is a warning, and a Deployment that goes is no outage', async () => {
  const warned = (text: string) => replica.logged().some(({ msg }) => String(msg).includes(text))
  await change({ ENABLE_NATIVE_SIDECARS: 'maybe' })
  await waitFor('the warning', () => warned('"maybe" is not a value that Istio 1.26 knows'))
  await cluster.remove(deploymentPath)
  await waitFor('the Deployment is missed', () => warned("not found: istiod's settings are taken from the values"))
  expect(await replica.isReady()).toBe(true)
  expect(await setting('nativeSidecars')).toBe('disabled, from the default of Istio 1.26')
})

test('commands read the same', async () => {
  await cluster.create(kinds.deployment, {
    metadata: { name: `istiod-${revision}`, namespace },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'istiod' } },
      template: {
        metadata: { labels: { app: 'istiod' } },
        spec: { containers: containers({ COMPLIANCE_POLICY: 'pqc' }) },
      },
    },
  })
  const file = join(cluster.access.folder, 'pod.json')
  writeFileSync(
    file,
    JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { containers: [] } }),
  )
  const output = await outrigger(cluster, 'inject', '-f', file, '-o', 'json', ...args)
  expect(lookupString(JSON.parse(output), 'metadata', 'annotations', 'policy')).toBe('pqc')
})
