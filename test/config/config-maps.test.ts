import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { configObjectsOnce, followConfigObjects } from '../../src/cluster/config-objects.ts'
import { connect } from '../../src/cluster/connect.ts'
import { kinds } from '../../src/cluster/kinds.ts'
import type { ConfigObjects } from '../../src/config/config-objects.ts'
import { ConfigError, type ConfigFault } from '../../src/config/faults.ts'
import { type ConfigurationOptions, loadConfiguration, needsCluster } from '../../src/config/files.ts'
import { readSettings, type Settings } from '../../src/config/settings.ts'
import { type Reload, type WatchedConfiguration, watchConfiguration } from '../../src/config/watch.ts'
import { type ApiServer, startApiServer } from '../support/api-server.ts'

let server: ApiServer
let folder: string
let configObjects: ConfigObjects | undefined
let watched: WatchedConfiguration | undefined
let reloads: Reload[]
let failures = 0

beforeEach(async () => {
  server = await startApiServer()
  folder = await mkdtemp(path.join(tmpdir(), 'outrigger-config-'))
  reloads = []
})

afterEach(async () => {
  await watched?.close()
  await configObjects?.close()
  watched = configObjects = undefined
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

const client = () => connect({ kubeconfig: server.kubeconfig, env: {} })
const inFolder = (name: string) => path.join(folder, name)
const config = (mark: string) => `policy: enabled\ninjectedAnnotations: {mark: ${JSON.stringify(mark)}}\n`
const values = (tag: string) => JSON.stringify({ global: { hub: 'h', tag } })
const template = 'templates: {sidecar: "metadata: {}", gateway: "", grpc-agent: "", grpc-simple: ""}\n'

function put(name: string, data: Readonly<Record<string, string>>, namespace = 'istio-system'): void {
  server.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data })
}

function once(settings: Settings, settingsFile?: string): ConfigurationOptions {
  const read = async () => configObjectsOnce({ client: client(), namespace: 'mine' })
  return { settings, settingsFile, configObjects: read }
}

async function watch(
  settings: Settings,
  startup?: { timeoutMs: number; waiting?: ConfigFault[]; signal?: AbortSignal },
) {
  const follower = { failed: () => void failures++, follows: () => {}, ended: () => {} }
  const followed = followConfigObjects({ client: client(), namespace: 'mine', health: () => follower })
  configObjects = followed
  watched = await watchConfiguration({
    settings,
    settingsFile: undefined,
    configObjects: async () => followed,
    startup: startup && { ...startup, onWaiting: (absent) => startup.waiting?.push(...absent) },
  })
  watched.onReload((reload) => reloads.push(reload))
}

const mark = () => watched?.current().injectedAnnotations['mark']

async function faultsOf(loading: Promise<unknown>): Promise<readonly ConfigFault[]> {
  const error = await loading.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ConfigError)) throw error
  return error.faults
}

describe('--from-cluster', () => {
  const istio = (suffix: string) => {
    put(`istio-sidecar-injector${suffix}`, { config: template + config(`of${suffix}`), values: values('1') })
    put(`istio${suffix}`, { mesh: `rootNamespace: root${suffix}\n` })
  }

  test.each([
    ['no revision', '', undefined],
    ['the default one', '', 'default'],
    ['a revision', '-canary', 'canary'],
  ])("reads Istio's ConfigMaps, of %s", async (_, suffix, revision) => {
    istio(suffix)
    const { snapshot, sources } = await loadConfiguration(once({ fromCluster: true, revision }))
    expect(snapshot.injectedAnnotations).toEqual({ mark: `of${suffix}` })
    expect(snapshot.values).toEqual({ global: { hub: 'h', tag: '1' } })
    expect(snapshot.mesh.rootNamespace).toBe(`root${suffix}`)
    expect(sources).toEqual({
      config: `ConfigMap istio-system/istio-sidecar-injector${suffix}, key config`,
      values: `ConfigMap istio-system/istio-sidecar-injector${suffix}, key values`,
      mesh: `ConfigMap istio-system/istio${suffix}, key mesh`,
    })
  })

  test('reads them in another namespace', async () => {
    put('istio-sidecar-injector', { config: template + config('other'), values: values('1') }, 'mesh')
    put('istio', { mesh: 'rootNamespace: mesh\n' }, 'mesh')
    const { snapshot } = await loadConfiguration(once({ fromCluster: true, istioNamespace: 'mesh' }))
    expect(snapshot.injectedAnnotations).toEqual({ mark: 'other' })
  })

  test('gives way to what is named', async () => {
    istio('')
    await writeFile(inFolder('values.yaml'), values('9'))
    put('own', { mesh: 'rootNamespace: own\n' }, 'mine')
    const named = { values: inFolder('values.yaml'), mesh: 'configmap:own' }
    const { snapshot } = await loadConfiguration(once({ fromCluster: true, ...named }))
    expect(snapshot.injectedAnnotations).toEqual({ mark: 'of' })
    expect(snapshot.values).toEqual({ global: { hub: 'h', tag: '9' } })
    expect(snapshot.mesh.rootNamespace).toBe('own')
  })

  test('gives way to values that come with a configuration which is named', async () => {
    istio('')
    put('own', { config: template, values: values('7') }, 'mine')
    await mkdir(inFolder('mounted'))
    await writeFile(inFolder('mounted/config'), template)
    await writeFile(inFolder('mounted/values'), values('7'))
    for (const config of ['configmap:mine/own', inFolder('mounted')]) {
      const { snapshot } = await loadConfiguration(once({ fromCluster: true, config }))
      expect(snapshot.values).toEqual({ global: { hub: 'h', tag: '7' } })
      expect(snapshot.mesh.rootNamespace).toBe('root')
    }
  })

  test('can stand in the settings file', async () => {
    istio('')
    put('own', { config: template + config('own') }, 'mine')
    await writeFile(inFolder('outrigger.yaml'), 'fromCluster: true\nconfig: configmap:own\n')
    const options = once({}, inFolder('outrigger.yaml'))
    expect(await needsCluster(options)).toBe(true)
    expect((await loadConfiguration(options)).snapshot.injectedAnnotations).toEqual({ mark: 'own' })
    expect(await needsCluster(once({ config: './configmap:file' }))).toBe(false)
  })
})

describe('what is wrong in a ConfigMap', () => {
  test('is told with its key and the line there', async () => {
    put('own', { config: 'policy: enabled\ndefaultTemplates: [nope]\n', mesh: '\ttab: 1\n' })
    const named = { config: 'configmap:istio-system/own', mesh: 'configmap:istio-system/own' }
    expect(await faultsOf(loadConfiguration(once(named)))).toMatchObject([
      { document: 'ConfigMap istio-system/own, key mesh', line: 1 },
      { document: 'ConfigMap istio-system/own, key config', path: 'defaultTemplates[0]', line: 2 },
    ])
  })

  test.each([
    ['a key that it lacks', {}, 'mesh', 'has no key mesh'],
    ['an empty key', { config: ' \n' }, 'config', 'is empty'],
    ['a ConfigMap that is not there', undefined, 'config', 'not found'],
  ])('%s is a fault', async (_, data, key, reason) => {
    if (data !== undefined) put('own', { values: values('1'), ...data })
    const faults = await faultsOf(loadConfiguration(once({ [key]: 'configmap:istio-system/own' })))
    expect(faults).toMatchObject([{ document: expect.stringContaining('ConfigMap istio-system/own'), reason }])
  })

  test('an API server that does not answer is one fault, whatever was asked', async () => {
    await server.stop()
    const faults = await faultsOf(loadConfiguration(once({ fromCluster: true })))
    expect(faults).toMatchObject([{ document: 'the cluster', path: '', reason: expect.stringContaining(server.url) }])
  })

  test('without a cluster nothing can be read', async () => {
    const faults = await faultsOf(loadConfiguration({ settings: { config: 'configmap:own' } }))
    expect(faults).toMatchObject([{ document: 'ConfigMap own', reason: "can't be read without a cluster" }])
  })

  test.each(['configmap:', 'configmap:a/b/c', 'configmap:Own', 'configmap:/own', 'configmap:my_ns/own'])(
    '%s names none',
    (config) => {
      const { problems } = readSettings({ config })
      expect(problems).toEqual([{ code: 'not-a-config-map', path: ['config'], actual: config }])
    },
  )

  test('a discovery selector that is none is a fault of the mesh', async () => {
    put('own', { mesh: 'discoverySelectors:\n- matchExpressions: [{key: a, operator: Like}]\n' })
    const faults = await faultsOf(loadConfiguration(once({ mesh: 'configmap:istio-system/own' })))
    expect(faults).toMatchObject([
      { code: 'unknown-operator', path: 'discoverySelectors[0].matchExpressions[0].operator', line: 2 },
    ])
  })
})

describe('a ConfigMap is reloaded', () => {
  test('when it changes, beside a file that changes, too', async () => {
    put('own', { config: config('one') })
    await writeFile(inFolder('mesh.yaml'), 'rootNamespace: one\n')
    await watch({ config: 'configmap:istio-system/own', mesh: inFolder('mesh.yaml') })
    expect(mark()).toBe('one')
    for (const text of ['two', 'three']) {
      put('own', { config: config(text) })
      await expect.poll(mark).toBe(text)
    }
    await writeFile(inFolder('mesh.yaml'), 'rootNamespace: two\n')
    await expect.poll(() => watched?.current().mesh.rootNamespace).toBe('two')
    put('own', { config: config('four') })
    await expect.poll(mark).toBe('four')
    expect(reloads.map(({ result }) => result)).toEqual(['loaded', 'loaded', 'loaded', 'loaded'])
  })

  test('broken or gone it changes nothing, and says so; fixed or back it serves', async () => {
    put('own', { config: config('one') })
    await watch({ config: 'configmap:istio-system/own' })
    const first = watched?.current()
    put('own', { config: 'policy: [maybe]\n' })
    await expect.poll(() => reloads.length).toBe(1)
    expect(reloads[0]).toMatchObject({
      result: 'failed',
      error: { faults: [{ document: 'ConfigMap istio-system/own, key config', path: 'policy' }] },
      configObjects: [{ namespace: 'istio-system', name: 'own', uid: expect.stringMatching(/./) }],
    })
    server.remove(kinds.configMap, 'own', 'istio-system')
    await expect.poll(() => reloads.length).toBe(2)
    expect(reloads[1]).toMatchObject({
      result: 'failed',
      error: { faults: [{ reason: 'not found' }] },
    })
    expect(watched?.current()).toBe(first)
    put('own', { config: config('two') })
    await expect.poll(mark).toBe('two')
  })

  test('not when something else in it or elsewhere changes', async () => {
    put('own', { config: config('one') })
    await watch({ config: 'configmap:istio-system/own' })
    put('other', { config: config('two') })
    put('own', { config: config('one'), note: 'of no interest' })
    // It was read again, and says the same.
    await expect.poll(() => reloads.length).toBe(1)
    expect(reloads).toMatchObject([{ result: 'loaded', loaded: { snapshot: watched?.current() } }])
    expect(reloads[0]).toHaveProperty('previous', watched?.current())
    expect(mark()).toBe('one')
  })

  test('not while the API server is away, and then again', async () => {
    put('own', { config: config('one') })
    await watch({ config: 'configmap:istio-system/own' })
    const before = failures
    await server.stop()
    await expect.poll(() => failures).toBeGreaterThan(before + 1)
    expect(reloads).toEqual([])
    await server.start()
    put('own', { config: config('two') })
    await expect.poll(mark).toBe('two')
  })
})

describe('the first load', () => {
  test('waits for what is not there yet', async () => {
    const waiting: ConfigFault[] = []
    const loading = watch(
      { config: 'configmap:istio-system/own', mesh: 'configmap:own' },
      { timeoutMs: 10_000, waiting },
    )
    await expect.poll(() => waiting.length).toBe(2)
    put('own', { config: config('one') })
    put('own', { mesh: 'rootNamespace: own\n' }, 'mine')
    await loading
    expect(mark()).toBe('one')
    expect(waiting.slice(0, 2)).toMatchObject([
      { document: 'ConfigMap istio-system/own' },
      { document: 'ConfigMap mine/own', reason: 'not found' },
    ])
  })

  test('does not wait for ever', async () => {
    const loading = watch({ config: 'configmap:istio-system/own' }, { timeoutMs: 300 })
    expect(await faultsOf(loading)).toMatchObject([{ document: 'ConfigMap istio-system/own' }])
  })

  test('does not wait for what is wrong', async () => {
    put('own', { config: 'policy: [maybe]\n' })
    const wrong = watch({ config: 'configmap:istio-system/own' }, { timeoutMs: 60_000 })
    expect(await faultsOf(wrong)).toMatchObject([{ path: 'policy' }])
    const lacking = watch({ config: 'configmap:istio-system/none', mesh: inFolder('none') }, { timeoutMs: 60_000 })
    expect(await faultsOf(lacking)).toHaveLength(2)
  })

  test('ends waiting when it is told to', async () => {
    const abort = new AbortController()
    const waiting: ConfigFault[] = []
    const options = { timeoutMs: 60 * 60_000, waiting, signal: abort.signal }
    const loading = watch({ config: 'configmap:istio-system/own' }, options)
    await expect.poll(() => waiting.length).toBe(1)
    abort.abort()
    await expect(loading).rejects.toThrow(/abort/)
  })
})
