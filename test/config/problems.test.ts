import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ConfigError, type ConfigFault } from '../../src/config/faults.ts'
import { type ConfigurationOptions, loadConfiguration } from '../../src/config/files.ts'
import { type LoadOptions, loadSnapshot } from '../../src/config/load.ts'
import { problemSentences } from '../../src/config/problem.ts'
import { setReasons } from '../../src/config/set-fault.ts'
import type { Settings } from '../../src/config/settings.ts'
import { watchConfiguration } from '../../src/config/watch.ts'
import { createInjector } from '../../src/injector.ts'

type Find = () => Promise<readonly ConfigFault[]>

async function faultsOf(load: () => unknown): Promise<readonly ConfigFault[]> {
  try {
    await load()
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

const snapshot = (options: LoadOptions) => () => faultsOf(() => loadSnapshot(options))
const config = (object: object) => snapshot({ config: { name: 'config', object } })
const values = (object: object) => snapshot({ values: { name: 'values', object } })
const mesh = (text: string) => snapshot({ mesh: { name: 'mesh', text } })
const set = (argument: string) => snapshot({ set: [argument] })
const rule = (fields: object) => config({ annotationPolicy: [{ annotations: ['a'], action: 'deny', ...fields }] })
const selector = (document: object) => config({ neverInjectSelector: [document] })
const manifest = (name: string, data: object) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data })

const root = mkdtempSync(join(tmpdir(), 'problems-'))
afterAll(() => rmSync(root, { recursive: true }))
const inFolder = (name: string, text: string) => {
  const file = join(root, name)
  writeFileSync(file, text)
  return file
}
const load = (settings: Settings, more: Omit<ConfigurationOptions, 'settings'> = {}) =>
  faultsOf(() => loadConfiguration({ settings, ...more }))
const settingsFile = (text: string) => () => load({}, { settingsFile: inFolder('settings.yaml', text) })

type State = { readonly state: 'missing' } | { readonly state: 'unread'; readonly reason: string } | object

/** ConfigMaps of a cluster, all of which are in this state. */
const fromCluster = (state: State) => () =>
  load(
    { config: 'configmap:istio-system/own' },
    {
      configObjects: async () => ({
        namespace: 'istio-system',
        read: async () => state as { state: 'missing' },
        follow: () => {},
        close: async () => {},
      }),
    },
  )

function failsToLoad(): Promise<readonly ConfigFault[]> {
  const file = inFolder('watched.yaml', '{}\n')
  let broken = false
  const environment = {
    get OWN(): string {
      if (broken) throw new Error('no such luck')
      return 'x'
    },
  }
  return new Promise((resolve, reject) => {
    const options = { settings: { config: file }, environment, quietMs: 1, pollMs: 10 }
    watchConfiguration(options).then((watched) => {
      broken = true
      watched.onReload(async (reload) => {
        await watched.close()
        resolve(reload.result === 'failed' ? reload.error.faults : [])
      })
      writeFileSync(file, 'allowedEnv: [OWN]\n')
    }, reject)
  })
}

const nested = { mesh: 'mesh', selector: 'selector', 'proxy-config': 'proxy-config', set: 'set' }
type Code = Exclude<keyof typeof problemSentences, keyof typeof nested> | keyof typeof setReasons

const finds: Readonly<Record<Code, Find>> = {
  'wrong-type': values({ global: { hub: 5 } }),
  'not-one-of': rule({ action: 'block' }),
  missing: config({ annotationPolicy: [{ annotations: ['a'] }] }),
  empty: rule({ values: [] }),
  'unknown-field': rule({ exceptNamespace: ['x'] }),
  'unknown-setting': settingsFile('native-sidecars: auto\n'),
  'unknown-template': config({ defaultTemplates: ['sidecarr'] }),
  'not-an-annotation': config({ injectedAnnotations: { 'a/b/c': '' } }),
  'not-an-annotation-pattern': rule({ annotations: ['a*b'] }),
  'empty-selector': rule({ exceptSelector: {} }),
  'not-a-config-map': settingsFile('config: "configmap:"\n'),
  'not-a-namespace': settingsFile('istioNamespace: A\n'),
  'not-a-revision': snapshot({ revision: 'A' }),
  'invalid-template': config({ templates: { own: '{{ if }}' }, defaultTemplates: ['own'] }),
  'refused-pods': config({
    defaultTemplates: ['sidecar', 'own'],
    templates: { own: 'spec: {containers: [{name: own}]}' },
  }),
  'not-yaml': mesh('a: [b\n'),
  'not-data': values({ own: () => 1 }),
  'not-a-json-number': values({ own: Number.NaN }),
  'too-many-values': values({ own: [new Array(500_001).fill({})].flat() }),
  'too-deep': values(JSON.parse(`${'{"a":'.repeat(120)}1${'}'.repeat(120)}`)),
  'too-long': mesh(' '.repeat(8 * 1024 * 1024 + 1)),
  'file-not-found': () => load({ config: join(root, 'none.yaml') }),
  'file-forbidden': () => load({ config: '/proc/1/environ' }),
  'file-is-a-folder': () => load({}, { settingsFile: root }),
  'file-below-a-file': () => load({ config: join(inFolder('file', '{}'), 'below') }),
  'file-unreadable': () => load({ config: join(root, 'x'.repeat(300)) }),
  'file-too-large': () => load({ config: inFolder('large.yaml', ' '.repeat(8 * 1024 * 1024 + 1)) }),
  'folder-without-file': async () => {
    await mkdir(join(root, 'folder'), { recursive: true })
    return load({ config: join(root, 'folder') })
  },
  'not-a-settings-file': settingsFile(manifest('own', {})),
  'no-cluster': () => load({ config: 'configmap:own' }),
  'cluster-unreadable': fromCluster({ state: 'unread', reason: 'no route to host' }),
  'config-map-not-found': fromCluster({ state: 'missing' }),
  'config-map-without-key': fromCluster({ state: 'there', uid: '1', resourceVersion: '1', data: { mesh: '{}' } }),
  'no-config-map-with-key': mesh(manifest('istio', { meshNetworks: '' })),
  'several-config-maps': mesh(`${manifest('a', { mesh: '' })}\n---\n${manifest('b', { mesh: '' })}`),
  'not-loaded': failsToLoad,
  'set-empty': set(''),
  'set-empty-name': set('a..b=1'),
  'set-bad-index': set('a[x]=1'),
  'set-no-value': set('a'),
  'set-open-list': set('a={x'),
  'set-after-list': set('a={x}y'),
  'set-wrong-type': set('global.proxy[0]=1'),
}

const all = new Set<string>([...Object.keys(problemSentences), ...Object.keys(setReasons)])
for (const code of Object.keys(nested)) all.delete(code)

describe('every fault of a configuration', () => {
  test('has a code, and a configuration that shows it', () => {
    expect(Object.keys(finds).sort()).toEqual([...all].sort())
  })

  // Root may read every file.
  const shown = Object.entries(finds).filter(([code]) => code !== 'file-forbidden' || process.getuid?.() !== 0)
  test.each(shown)('%s', async (code, find) => {
    const faults = await find()
    // A fault of the settings doesn't keep what they name from being read.
    expect(faults[0]).toMatchObject({ code, reason: expect.stringMatching(/./), document: expect.stringMatching(/./) })
    expect(JSON.stringify(faults)).not.toMatch(/undefined|\[object/)
  })
})

test('faults of other tables are reported by their own codes, at their path', async () => {
  expect(await selector({ matchLabels: { 'a/b/c': '' } })()).toMatchObject([
    { code: 'not-a-label-key', path: 'neverInjectSelector[0].matchLabels["a/b/c"]' },
  ])
  expect(await mesh('defaultConfig: {drainDuration: 1ms}\n')()).toMatchObject([
    { code: 'too-short', path: 'defaultConfig.drainDuration' },
  ])
  const proxyConfig = { kind: 'ProxyConfig', metadata: { name: 'p', namespace: 'n' }, spec: { concurrency: 'x' } }
  const make = () => createInjector({ facts: { proxyConfigs: [proxyConfig] } })
  expect(await faultsOf(make)).toMatchObject([{ code: 'wrong-type', document: 'facts' }])
})
