import { describe, expect, test } from 'vitest'
import { readMeshConfig } from '../../../src/istio/mesh/mesh-config.ts'
import {
  createProxyConfigLayers,
  createProxyConfigReader,
  type ProxyConfigSources,
  type ProxyConfigSubject,
} from '../../../src/istio/mesh/proxy-config/layers.ts'
import { mergeProxyConfig } from '../../../src/istio/mesh/proxy-config/proxy-config.ts'
import {
  describeProxyConfigFault,
  type ProxyConfigResource,
  readProxyConfigResource,
} from '../../../src/istio/mesh/proxy-config/resource.ts'
import type { JsonObject } from '../../../src/lang/json.ts'
import { readYaml } from '../../../src/lang/yaml/read.ts'

const { mesh } = readMeshConfig(
  readYaml('rootNamespace: root\ndefaultConfig: {concurrency: 1, proxyMetadata: {MESH: m, ALL: mesh}}'),
)

function resource(namespace: string, name: string, spec: JsonObject, creationTimestamp = ''): ProxyConfigResource {
  const metadata = { namespace, name, creationTimestamp }
  const { resource, faults } = readProxyConfigResource({ kind: 'ProxyConfig', metadata, spec })
  expect(faults).toEqual([])
  if (resource === undefined) throw new Error('no resource')
  return resource
}

const settingAll = (text: string) => ({ environmentVariables: { ALL: text } })
const selecting = (matchLabels: JsonObject | undefined, text: string): JsonObject => ({
  selector: matchLabels === undefined ? {} : { matchLabels },
  ...settingAll(text),
})

/** The effective ProxyConfig, which must equal the layers merged one by one. */
function effectiveProxyConfig(subject: ProxyConfigSubject & ProxyConfigSources) {
  const layers = createProxyConfigLayers(subject)
  const effective = layers.effective(subject)
  const merged = layers.list(subject).reduce((below, { config }) => mergeProxyConfig(below, config), {})
  expect(merged).toEqual(effective.config)
  return effective
}

function all(resources: readonly ProxyConfigResource[], annotation?: string, podLabels = {}, namespace = 'shop') {
  return effectiveProxyConfig({ mesh, resources, namespace, podLabels, annotation }).config.proxyMetadata?.['ALL']
}

describe('the layers of a ProxyConfig', () => {
  const root = resource('root', 'a', settingAll('root'))
  const shop = resource('shop', 'a', settingAll('namespace'))
  const web = resource('shop', 'b', selecting({ app: 'web' }, 'selector'))
  const annotation = 'proxyMetadata: {ALL: annotation}'

  test('have increasing precedence: mesh, root namespace, namespace, annotation, selector', () => {
    expect(all([])).toBe('mesh')
    expect(all([root])).toBe('root')
    expect(all([shop, root])).toBe('namespace')
    expect(all([shop, root], annotation)).toBe('annotation')
    expect(all([web, shop, root], annotation, { app: 'web', more: 'x' })).toBe('selector')
    expect(all([web, shop, root], annotation, { app: 'other' })).toBe('annotation')
  })

  test('inherit unset fields from the layers below', () => {
    const { config } = effectiveProxyConfig({
      mesh,
      resources: [
        resource('shop', 'a', { concurrency: 0, image: { imageType: 'debug' }, environmentVariables: { NS: '1' } }),
      ],
      namespace: 'shop',
      podLabels: {},
      annotation: 'meshId: m',
    })
    expect(config).toMatchObject({
      statusPort: 15020,
      concurrency: 0,
      image: { imageType: 'debug' },
      meshId: 'm',
      proxyMetadata: { ALL: 'mesh', MESH: 'm', NS: '1' },
    })
  })

  test('exclude resources of other namespaces, and those with selectors in the root namespace', () => {
    const others = [
      resource('other', 'a', settingAll('other')),
      resource('root', 'b', selecting({ app: 'web' }, 'root selector')),
    ]
    expect(all(others, undefined, { app: 'web' })).toBe('mesh')
    expect(all(others, undefined, { app: 'web' }, 'root')).toBe('root selector')
  })

  test('exclude a selector without labels, and one whose labels do not all match', () => {
    expect(all([resource('shop', 'a', selecting(undefined, 'x')), resource('shop', 'b', selecting({}, 'x'))])).toBe(
      'mesh',
    )
    expect(all([resource('root', 'a', selecting({}, 'x'))])).toBe('mesh')
    const both = [resource('shop', 'a', selecting({ app: 'web', tier: 'x' }, 'both'))]
    expect(all(both, undefined, { app: 'web' })).toBe('mesh')
    expect(all(both, undefined, { app: 'web', tier: 'x' })).toBe('both')
    expect(all([resource('shop', 'a', { selector: null, ...settingAll('none') })])).toBe('none')
  })

  test('prefer the oldest of several resources, then the first by name', () => {
    const older = resource('shop', 'z', settingAll('older'), '2024-01-01T00:00:00Z')
    const newer = resource('shop', 'a', settingAll('newer'), '2024-01-02T00:00:00Z')
    expect(all([newer, older])).toBe('older')
    const first = resource('shop', 'm', selecting({ a: 'b' }, 'first'))
    const second = resource('shop', 'n', selecting({ a: 'b' }, 'second'))
    expect(all([second, first], undefined, { a: 'b' })).toBe('first')
  })

  test('report unknown fields of the annotation', () => {
    const { unknown } = effectiveProxyConfig({
      mesh,
      resources: [],
      namespace: 'shop',
      podLabels: {},
      annotation: 'concurency: 1',
    })
    expect(unknown).toEqual(['concurency (did you mean concurrency?)'])
  })

  test('are one shared object for pods without layers of their own', () => {
    const layers = createProxyConfigLayers({ mesh, resources: [root, shop, web] })
    const effectiveOf = (namespace: string, podLabels = {}) =>
      layers.effective({ namespace, podLabels, annotation: undefined })
    expect(effectiveOf('shop')).toBe(effectiveOf('shop', { app: 'other' }))
    expect(effectiveOf('x')).toBe(effectiveOf('y'))
    expect(effectiveOf('shop')).not.toBe(effectiveOf('x'))
    const meshOnly = createProxyConfigLayers({ mesh, resources: [] })
    expect(meshOnly.effective({ namespace: 'x', podLabels: {}, annotation: undefined }).config).toBe(mesh.defaultConfig)
  })
})

test('reports a resource that Kubernetes would have rejected, and does not use it', () => {
  const invalid = {
    metadata: { namespace: 'n', name: 'p' },
    spec: { concurrency: 'many', environmentVariables: { A: 1 }, selector: { matchLabels: { a: 1 } } },
  }
  const { resource, faults } = readProxyConfigResource(invalid)
  expect(resource).toBeUndefined()
  expect(faults.map(describeProxyConfigFault)).toEqual([
    'ProxyConfig n/p: spec.concurrency: must be a whole number, not the string "many"',
    'ProxyConfig n/p: spec.environmentVariables.A: must be a string, not the number 1; put it in quotes',
    'ProxyConfig n/p: spec.selector.matchLabels: must be a map of strings, not an object',
  ])
})

test('a reader caches the annotations read last', () => {
  const read = createProxyConfigReader(2)
  const [a, b] = [read('meshId: a'), read('meshId: b')]
  expect(read('meshId: a')).toBe(a)
  read('meshId: c')
  expect(read('meshId: a')).toBe(a)
  expect(read('meshId: b')).not.toBe(b)
  const long = `meshId: ${'x'.repeat(20_000)}`
  expect(read(long)).not.toBe(read(long))
})
