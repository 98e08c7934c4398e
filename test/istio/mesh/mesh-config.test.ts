import { describe, expect, test } from 'vitest'
import { describeMeshFault } from '../../../src/istio/mesh/fault.ts'
import { defaultMeshConfig, readMeshConfig } from '../../../src/istio/mesh/mesh-config.ts'
import { readYaml } from '../../../src/lang/yaml/read.ts'

function meshOf(text: string) {
  const { mesh, faults, unknown } = readMeshConfig(readYaml(text))
  expect([faults, unknown]).toEqual([[], []])
  return mesh
}

describe('a mesh document', () => {
  test('that is empty has the defaults', () => {
    for (const text of ['', 'null', '{}']) expect(meshOf(text)).toEqual(defaultMeshConfig)
    expect(defaultMeshConfig).toMatchObject({
      trustDomain: 'cluster.local',
      rootNamespace: 'istio-system',
      proxyListenPort: 15001,
      proxyInboundListenPort: 15006,
      enablePrometheusMerge: true,
      outboundTrafficPolicy: { mode: 'ALLOW_ANY' },
      defaultConfig: { statusPort: 15020, drainDuration: '45s', discoveryAddress: 'istiod.istio-system.svc:15012' },
    })
  })

  test('replaces whole fields', () => {
    const mesh = meshOf(
      'trustDomain: td\nenable_prometheus_merge: false\nproxyListenPort: 0\nrootNamespace: ""\noutboundTrafficPolicy: {}\ninboundTrafficPolicy: {mode: LOCALHOST}',
    )
    expect(mesh).toMatchObject({
      trustDomain: 'td',
      enablePrometheusMerge: false,
      rootNamespace: '',
      outboundTrafficPolicy: {},
      inboundTrafficPolicy: { mode: 'LOCALHOST' },
    })
    expect(mesh.outboundTrafficPolicy).toEqual({})
    // Templates have their own default for it.
    expect(mesh.proxyListenPort).toBeUndefined()
  })

  test('but merges defaultConfig onto the built-in one', () => {
    const { defaultConfig } = meshOf('defaultConfig: {concurrency: 4, proxyMetadata: {A: a}, interceptionMode: TPROXY}')
    expect(defaultConfig).toEqual({
      ...defaultMeshConfig.defaultConfig,
      concurrency: 4,
      proxyMetadata: { A: 'a' },
      interceptionMode: 'TPROXY',
    })
    expect(meshOf('default_config: {statusPort: 15021}').defaultConfig.statusPort).toBe(15021)
    expect(meshOf('defaultConfig: {tracingServiceName: CANONICAL_NAME_ONLY}').defaultConfig).not.toHaveProperty(
      'serviceCluster',
    )
    expect(meshOf('defaultConfig: {controlPlaneAuthPolicy: NONE}').defaultConfig['controlPlaneAuthPolicy']).toBe(
      'MUTUAL_TLS',
    )
  })

  test('keeps extension providers and discovery selectors', () => {
    const providers = [
      {
        name: 'otel',
        opentelemetry: { service: 'o.obs', port: 4317, serviceAttributeEnrichment: 'OTEL_SEMANTIC_CONVENTIONS' },
      },
    ]
    const discoverySelectors = [
      { matchLabels: { a: 'b' } },
      { matchExpressions: [{ key: 'k', operator: 'In', values: ['v'] }] },
    ]
    const { mesh } = readMeshConfig({ extensionProviders: providers, discoverySelectors })
    expect(mesh.extensionProviders).toEqual(providers)
    expect(mesh.discoverySelectors).toEqual(discoverySelectors)
  })

  test('accepts any object as a log format', () => {
    const provider = {
      name: 'log',
      envoyFileAccessLog: { path: '/dev/stdout', logFormat: { labels: { a: [1, { b: null }], c: true } } },
    }
    expect(readMeshConfig({ extensionProviders: [provider] }).mesh.extensionProviders).toEqual([provider])
  })

  test('has all its faults reported, with paths', () => {
    const { faults, unknown } = readMeshConfig(
      readYaml(
        'trustDomain: ""\nproxyListenPort: x\ndefaultConfig: {statusPort: 0, drainDuration: 0s, tracng: {}}\nextensionProviders: [{name: 5}]\nrootNamspace: r',
      ),
    )
    expect(faults.map(describeMeshFault)).toEqual([
      'proxyListenPort: must be a whole number, not the string "x"',
      'extensionProviders[0].name: must be a string, not the number 5; put it in quotes',
      'defaultConfig.drainDuration: must be at least 1s',
      'defaultConfig.statusPort: must be a port from 1 to 65535, not 0',
      'trustDomain: must not be empty',
    ])
    expect(unknown).toEqual([
      'rootNamspace (did you mean rootNamespace?)',
      'defaultConfig.tracng (did you mean tracing?)',
    ])
    expect(readMeshConfig([]).faults).toEqual([
      { code: 'wrong-type', path: [], expected: 'object', actual: { type: 'list' } },
    ])
  })
})

describe('a mesh on top of another', () => {
  const layered = (below: unknown, document: unknown) => readMeshConfig(document, readMeshConfig(below).mesh).mesh

  test('replaces field by field, and keeps what it does not set', () => {
    const below = { trustDomain: 'below', rootNamespace: 'below', outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } }
    const mesh = layered(below, { trustDomain: 'own', proxyListenPort: 1 })
    expect(mesh).toMatchObject({ trustDomain: 'own', rootNamespace: 'below', proxyListenPort: 1 })
    expect(mesh['outboundTrafficPolicy']).toEqual(readMeshConfig(below).mesh['outboundTrafficPolicy'])
  })

  test('merges defaultConfig and its metadata', () => {
    const below = { defaultConfig: { concurrency: 3, drainDuration: '9s', proxyMetadata: { A: 'below', B: 'below' } } }
    const { defaultConfig } = layered(below, { defaultConfig: { concurrency: 4, proxyMetadata: { A: 'own' } } })
    expect(defaultConfig).toMatchObject({ concurrency: 4, proxyMetadata: { A: 'own', B: 'below' } })
    expect(defaultConfig['drainDuration']).toEqual(layered(below, null).defaultConfig['drainDuration'])
  })

  test('merges providers by name, and unites aliases', () => {
    const provider = (name: string, service: string) => ({ name, opentelemetry: { service, port: 1 } })
    const mesh = layered(
      { extensionProviders: [provider('a', 'below'), provider('b', 'below')], trustDomainAliases: ['z', 'b'] },
      { extensionProviders: [provider('c', 'own'), provider('a', 'own')], trustDomainAliases: ['a', 'b'] },
    )
    expect(mesh.extensionProviders).toEqual([provider('a', 'own'), provider('b', 'below'), provider('c', 'own')])
    expect(mesh['trustDomainAliases']).toEqual(['a', 'b', 'z'])
  })

  test('applies zero values, too', () => {
    expect(layered({ enablePrometheusMerge: false }, { enablePrometheusMerge: true }).enablePrometheusMerge).toBe(true)
    expect(layered({ proxyListenPort: 1 }, { proxyListenPort: 0 }).proxyListenPort).toBeUndefined()
  })
})
