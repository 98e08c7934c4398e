import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { configObjectsOnce, followConfigObjects } from '../../src/cluster/config-objects.ts'
import { connect } from '../../src/cluster/connect.ts'
import { kinds } from '../../src/cluster/kinds.ts'
import type { ConfigObjects } from '../../src/config/config-objects.ts'
import { loadConfiguration } from '../../src/config/files.ts'
import type { Loaded } from '../../src/config/load.ts'
import type { Settings } from '../../src/config/settings.ts'
import { type Reload, type WatchedConfiguration, watchConfiguration } from '../../src/config/watch.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { type ApiServer, startApiServer } from '../support/api-server.ts'

let server: ApiServer
let configObjects: ConfigObjects | undefined
let watched: WatchedConfiguration | undefined
let reloads: Reload[]

beforeEach(async () => {
  server = await startApiServer()
  reloads = []
  installed('')
})

afterEach(async () => {
  await watched?.close()
  await configObjects?.close()
  watched = configObjects = undefined
  await server.close()
})

const client = () => connect({ kubeconfig: server.kubeconfig, env: {} })
const template = 'templates: {sidecar: "metadata: {}", gateway: "", grpc-agent: "", grpc-simple: ""}\n'

function put(name: string, data: Readonly<Record<string, string>>): void {
  server.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'istio-system' }, data })
}

function installed(suffix: string, values: JsonObject = {}): void {
  const global = { hub: 'h', tag: '1.27.1' }
  put(`istio-sidecar-injector${suffix}`, { config: template, values: JSON.stringify({ ...values, global }) })
  put(`istio${suffix}`, { mesh: 'trustDomain: own\n' })
}

function deployed(env: readonly JsonObject[], name = 'istiod', container = 'discovery'): void {
  const containers = [{ name: container, image: 'registry.istio.io/release/pilot:1.27.1', env }]
  server.put({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'istio-system' },
    spec: { template: { spec: { containers } } },
  })
}

const native = (value: string) => ({ name: 'ENABLE_NATIVE_SIDECARS', value })

function once(settings: Settings = {}): Promise<Loaded> {
  return loadConfiguration({
    settings: { fromCluster: true, ...settings },
    configObjects: async () => configObjectsOnce({ client: client(), namespace: 'mine' }),
  })
}

async function watch(settings: Settings = {}): Promise<WatchedConfiguration> {
  const follower = { failed: () => {}, follows: () => {}, ended: () => {} }
  const followed = followConfigObjects({ client: client(), namespace: 'mine', health: () => follower })
  configObjects = followed
  const found = await watchConfiguration({
    settings: { fromCluster: true, ...settings },
    configObjects: async () => followed,
    // Only a watch can be in time.
    pollMs: 600_000,
  })
  watched = found
  found.onReload((reload) => reloads.push(reload))
  return found
}

const codes = ({ warnings }: Loaded) => warnings.map(({ code, document }) => [code, document])

describe("istiod's Deployment", () => {
  test('is read with its ConfigMaps', async () => {
    deployed([native('false'), { name: 'PLATFORM', value: 'openshift' }])
    const loaded = await once()
    expect(loaded.snapshot).toMatchObject({ nativeSidecars: 'disabled', platform: 'openshift' })
    expect(codes(loaded)).toEqual([])
    expect(loaded.istiod.settings.nativeSidecars.from).toEqual({
      kind: 'deployment',
      name: 'istio-system/istiod',
      field: 'ENABLE_NATIVE_SIDECARS',
      value: 'false',
    })
  })

  test('is that of the revision', async () => {
    installed('-canary')
    deployed([native('false')])
    deployed([native('true'), { name: 'REVISION', value: 'canary' }], 'istiod-canary')
    expect((await once({ revision: 'canary' })).snapshot).toMatchObject({
      nativeSidecars: 'enabled',
      revision: 'canary',
    })
    expect((await once()).snapshot).toMatchObject({ nativeSidecars: 'disabled', revision: '' })
  })

  test('gives way to a setting', async () => {
    deployed([native('false')])
    expect((await once({ nativeSidecars: 'enabled' })).snapshot.nativeSidecars).toBe('enabled')
  })

  test('is not needed: without it values and defaults hold, with a warning', async () => {
    installed('', { pilot: { env: { ENABLE_NATIVE_SIDECARS: 'false' } } })
    const loaded = await once()
    expect(loaded.snapshot.nativeSidecars).toBe('disabled')
    expect(codes(loaded)).toEqual([['istiod-not-found', 'Deployment istio-system/istiod']])
  })

  test('may be forbidden, which the warning says', async () => {
    deployed([native('false')])
    server.faults.next.push({ status: 403, path: /deployments/ })
    const loaded = await once()
    expect(loaded.snapshot.nativeSidecars).toBe('auto')
    expect(codes(loaded)).toEqual([['istiod-not-read', 'Deployment istio-system/istiod']])
    expect(loaded.warnings[0]?.reason).toMatch(/allow get, list and watch.*403/)
  })

  test('may be something else', async () => {
    deployed([native('false')], 'istiod', 'manager')
    expect(codes(await once())).toEqual([['istiod-without-container', 'Deployment istio-system/istiod']])
  })

  test('is not read unless the cluster is followed', async () => {
    deployed([native('false')])
    const read = async () => configObjectsOnce({ client: client(), namespace: 'mine' })
    const named = { config: 'configmap:istio-system/istio-sidecar-injector' }
    const loaded = await loadConfiguration({ settings: named, configObjects: read })
    expect(loaded.snapshot.nativeSidecars).toBe('auto')
    expect(codes(loaded)).toEqual([])
  })
})

describe('a watched configuration follows', () => {
  test('a change of the Deployment, and nothing else of it', async () => {
    deployed([native('false')])
    const { current } = await watch()
    expect(current().nativeSidecars).toBe('disabled')
    deployed([native('true')])
    await expect.poll(() => current().nativeSidecars, { timeout: 2000 }).toBe('enabled')
    const { length } = reloads
    deployed([native('true'), { name: 'PILOT_TRACE_SAMPLING', value: '1' }])
    put('istio', { mesh: 'trustDomain: changed\n' })
    await expect.poll(() => current().mesh.trustDomain).toBe('changed')
    expect(reloads.length).toBeLessThanOrEqual(length + 1)
  })

  test('a Deployment that comes, and one that goes', async () => {
    const { current, loaded } = await watch()
    expect(codes(loaded())).toEqual([['istiod-not-found', 'Deployment istio-system/istiod']])
    deployed([native('false')])
    await expect.poll(() => current().nativeSidecars, { timeout: 2000 }).toBe('disabled')
    expect(codes(loaded())).toEqual([])
    server.remove(kinds.deployment, 'istiod', 'istio-system')
    await expect.poll(() => current().nativeSidecars, { timeout: 2000 }).toBe('auto')
    expect(codes(loaded())).toEqual([['istiod-not-found', 'Deployment istio-system/istiod']])
  })

  test('the shared mesh, also one that is named later', async () => {
    deployed([])
    put('ours', { mesh: 'rootNamespace: ours\ntrustDomain: ours\n' })
    const { current } = await watch()
    expect(current().mesh.rootNamespace).toBe('istio-system')
    deployed([{ name: 'SHARED_MESH_CONFIG', value: 'ours' }])
    await expect.poll(() => current().mesh.rootNamespace, { timeout: 2000 }).toBe('ours')
    expect(current().mesh.trustDomain).toBe('own')
    put('ours', { mesh: 'rootNamespace: changed\n' })
    await expect.poll(() => current().mesh.rootNamespace, { timeout: 2000 }).toBe('changed')
  })
})

describe('a shared mesh', () => {
  test('is named by the values, too', async () => {
    installed('', { pilot: { env: { SHARED_MESH_CONFIG: 'ours' } } })
    deployed([])
    put('ours', { mesh: 'rootNamespace: ours\n' })
    const { snapshot, sources } = await once()
    expect(snapshot.mesh).toMatchObject({ rootNamespace: 'ours', trustDomain: 'own' })
    expect(sources.sharedMesh).toBe('ConfigMap istio-system/ours, key mesh')
    expect((await once({ set: ['pilot.env.SHARED_MESH_CONFIG='] })).sources.sharedMesh).toBeUndefined()
  })

  test('that is missing or has no mesh is ignored, as by istiod', async () => {
    deployed([{ name: 'SHARED_MESH_CONFIG', value: 'ours' }])
    expect(codes(await once())).toEqual([['shared-mesh-not-found', 'ConfigMap istio-system/ours']])
    put('ours', { other: '' })
    expect(codes(await once())).toEqual([['shared-mesh-without-key', 'ConfigMap istio-system/ours']])
  })

  test('may be named as a setting, and must then exist', async () => {
    deployed([{ name: 'SHARED_MESH_CONFIG', value: 'ours' }])
    put('ours', { mesh: 'rootNamespace: ours\n' })
    put('other', { mesh: 'rootNamespace: other\n' })
    const { snapshot, istiod } = await once({ sharedMesh: 'configmap:istio-system/other' })
    expect(snapshot.mesh.rootNamespace).toBe('other')
    expect(istiod.settings.sharedMesh.from).toMatchObject({ kind: 'setting', name: 'sharedMesh' })
    await expect(once({ sharedMesh: 'configmap:istio-system/none' })).rejects.toThrow(
      'ConfigMap istio-system/none: not found',
    )
  })
})
