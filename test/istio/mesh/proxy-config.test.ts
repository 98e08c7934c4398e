import { describe, expect, test } from 'vitest'
import { describeMeshFault } from '../../../src/istio/mesh/fault.ts'
import {
  defaultProxyConfig,
  mergeProxyConfig,
  type ProxyConfig,
  proxyConfigJson,
  readProxyConfigText,
} from '../../../src/istio/mesh/proxy-config/proxy-config.ts'

function faults(text: string): string[] {
  return readProxyConfigText(text).faults.map(describeMeshFault)
}

function layer(text: string): ProxyConfig {
  const { config, faults } = readProxyConfigText(text)
  expect(faults).toEqual([])
  return config
}

describe('reading an annotation', () => {
  test('accepts YAML as Kubernetes reads it, and JSON', () => {
    expect(layer('holdApplicationUntilProxyStarts: yes\nmeshId: 1:30')).toEqual({
      holdApplicationUntilProxyStarts: true,
      meshId: '1:30',
    })
    expect(layer('{"concurrency": 0, "drainDuration": "1m10s"}')).toEqual({ concurrency: 0, drainDuration: '70s' })
    expect(layer('concurrency: 1\n---\nconcurrency: 2')).toEqual({ concurrency: 1 })
  })

  test.each(['', '   ', '# nothing\n', 'null', '{}'])('reads %j as an empty ProxyConfig', (text) => {
    expect(layer(text)).toEqual({})
  })

  test('reports invalid YAML as one fault with line and column', () => {
    expect(faults('concurrency: 1\nholdApplicationUntilProxyStarts: [')).toEqual([
      expect.stringMatching(/^not YAML: line 2, column \d+: /),
    ])
  })

  test('rejects YAML of another type where a string is required', () => {
    expect(faults('extraStatTags: [x, y]')).toEqual([
      'extraStatTags[1]: must be a string, not the boolean true; put it in quotes',
    ])
    expect(faults('- a')).toEqual(['must be an object, not a list'])
  })
})

describe('validation on top of the defaults', () => {
  test.each<[string, string]>([
    ['configPath: ""', 'configPath: must not be empty'],
    ['binaryPath: ""', 'binaryPath: must not be empty'],
    ['discoveryAddress: ""', 'discoveryAddress: must not be empty'],
    ['serviceCluster: ""', 'serviceCluster: must not be empty'],
    ['drainDuration: 0s', 'drainDuration: must be at least 1s'],
    ['drainDuration: -5s', 'drainDuration: must be at least 1s'],
    ['drainDuration: 1500ms', 'drainDuration: must be a whole number of seconds'],
    ['statusPort: 0', 'statusPort: must be a port from 1 to 65535, not 0'],
    ['statusPort: 70000', 'statusPort: must be a port from 1 to 65535, not 70000'],
    ['proxyAdminPort: -1', 'proxyAdminPort: must be a port from 1 to 65535, not -1'],
    ['discoveryAddress: istiod', 'discoveryAddress: must be HOST:PORT; the port is missing'],
    ['statsdUdpAddress: a:b', 'statsdUdpAddress: must be HOST:PORT, with a port from 1 to 65535'],
    [
      'envoyMetricsServiceAddress: 1.2.3:80',
      'envoyMetricsServiceAddress: must be HOST:PORT, with a DNS name or an IP address',
    ],
    ['envoyMetricsService: {address: a}', 'envoyMetricsService.address: must be HOST:PORT; the port is missing'],
    [
      'envoyAccessLogService: {address: "::1:80"}',
      'envoyAccessLogService.address: must be HOST:PORT; an IPv6 address needs brackets',
    ],
    ['tracing: {zipkin: {}}', 'tracing.zipkin: must be HOST:PORT; the port is missing'],
    ['tracing: {datadog: {address: "a_b:1"}}', 'tracing.datadog: must be HOST:PORT, with a DNS name or an IP address'],
    ['tracing: {lightstep: {address: "l:1"}}', 'tracing.lightstep.accessToken: must not be empty'],
    [
      'tracing: {lightstep: {address: "$(HOST_IP):1", accessToken: t}}',
      'tracing.lightstep: must be HOST:PORT, with a DNS name or an IP address',
    ],
    [
      'tracing: {tlsSettings: {mode: MUTUAL, privateKey: k}}',
      'tracing.tlsSettings: mode MUTUAL requires clientCertificate, or a credentialName',
    ],
    ['privateKeyProvider: {}', 'privateKeyProvider: must name a provider: cryptomb or qat'],
    [
      'connectionSettings: {listenerConnectionLimit: -1}',
      'connectionSettings.listenerConnectionLimit: must not be negative',
    ],
    ['connectionSettings: {httpIdleTimeout: -1s}', 'connectionSettings.httpIdleTimeout: must not be negative'],
  ])('rejects %s', (text, fault) => {
    expect(faults(text)).toEqual([fault])
  })

  test.each([
    'serviceCluster: ""\ntracingServiceName: CANONICAL_NAME_ONLY',
    'tracingServiceName: APP_LABEL_AND_NAMESPACE',
    'tracing: {zipkin: {address: "$(HOST_IP):9411"}}',
    'tracing: {datadog: {address: "$(HOST_IP):8126"}}',
    'tracing: {datadog: {address: "d:1"}}',
    'tracing: {tlsSettings: {mode: MUTUAL, credentialName: c}}',
    'tracing: {tlsSettings: {mode: MUTUAL, privateKey: k, clientCertificate: c}}',
    'tracing: {}',
    'discoveryAddress: "[2001:db8::1]:15012"',
    'discoveryAddress: "10.0.0.1:15012"',
    'discoveryAddress: "istiod.istio-system.svc.:15012"',
    'envoyMetricsService: {address: ""}',
    'statsdUdpAddress: ""',
    'terminationDrainDuration: 0s',
    'privateKeyProvider: {cryptomb: {pollDelay: 10ms, fallback: false}}',
    'statNameLength: 0',
    'drainDuration: 1m',
  ])('accepts %s', (text) => {
    expect(faults(text)).toEqual([])
  })

  test('reports all faults at once', () => {
    expect(faults('statusPort: 0\nproxyAdminPort: 0\ndrainDuration: 0s')).toHaveLength(3)
  })
})

describe('merging a layer onto another', () => {
  const merge = (lower: string, upper: string) => mergeProxyConfig(layer(lower), layer(upper))

  test.each<[string, string, string, unknown]>([
    [
      'merges proxyMetadata by key',
      'proxyMetadata: {B: b, A: a}',
      'proxyMetadata: {A: "", C: c}',
      { proxyMetadata: { A: '', B: 'b', C: 'c' } },
    ],
    ['replaces messages', 'tracing: {sampling: 5, zipkin: {address: "z:1"}}', 'tracing: {}', { tracing: {} }],
    [
      'replaces maps and lists',
      'runtimeValues: {a: "1"}\nextraStatTags: [a]',
      'runtimeValues: {b: "2"}\nextraStatTags: [b]',
      { runtimeValues: { b: '2' }, extraStatTags: ['b'] },
    ],
    [
      'ignores empty strings, lists and default enums',
      'meshId: m\nextraStatTags: [a]\ninterceptionMode: TPROXY',
      'meshId: ""\nextraStatTags: []\ninterceptionMode: REDIRECT',
      { meshId: 'm', extraStatTags: ['a'], interceptionMode: 'TPROXY' },
    ],
    [
      'applies 0 and false of optional fields',
      'concurrency: 4\nholdApplicationUntilProxyStarts: true',
      'concurrency: 0\nholdApplicationUntilProxyStarts: false',
      { concurrency: 0, holdApplicationUntilProxyStarts: false },
    ],
    [
      'applies a duration of 0s',
      'terminationDrainDuration: 9s',
      'terminationDrainDuration: 0s',
      { terminationDrainDuration: '0s' },
    ],
    [
      'replaces serviceCluster by tracingServiceName',
      'serviceCluster: c',
      'tracingServiceName: APP_LABEL_AND_NAMESPACE',
      { tracingServiceName: 'APP_LABEL_AND_NAMESPACE' },
    ],
    [
      'replaces tracingServiceName by serviceCluster',
      'tracingServiceName: CANONICAL_NAME_ONLY',
      'serviceCluster: c',
      { serviceCluster: 'c' },
    ],
    [
      'merges some proxyHeaders and drops the others',
      'proxyHeaders: {forwardedClientCert: SANITIZE, requestId: {disabled: true}, attemptCount: {disabled: true}, server: {value: s}, envoyDebugHeaders: {disabled: true}, preserveHttp1HeaderCase: true, xForwardedHost: {enabled: true}, setCurrentClientCertDetails: {dns: true}}',
      'proxyHeaders: {server: {disabled: false}, forwardedClientCert: UNDEFINED}',
      {
        proxyHeaders: {
          forwardedClientCert: 'SANITIZE',
          requestId: { disabled: true },
          attemptCount: { disabled: true },
          server: { disabled: false },
          envoyDebugHeaders: { disabled: true },
        },
      },
    ],
  ])('%s', (_, lower, upper, merged) => {
    expect(merge(lower, upper)).toEqual(merged)
  })

  test('returns the lower layer itself for an empty upper one, and modifies neither', () => {
    const lower = Object.freeze(layer('proxyMetadata: {A: a}'))
    expect(mergeProxyConfig(lower, {})).toBe(lower)
    Object.freeze(lower.proxyMetadata)
    expect(mergeProxyConfig(lower, layer('proxyMetadata: {B: b}'))).not.toBe(lower)
    expect(lower).toEqual({ proxyMetadata: { A: 'a' } })
  })

  test('keeps a key named __proto__', () => {
    const merged = merge('proxyMetadata: {A: a}', '{"proxyMetadata": {"__proto__": "x"}}')
    expect(JSON.stringify(merged)).toBe('{"proxyMetadata":{"A":"a","__proto__":"x"}}')
  })
})

describe('PROXY_CONFIG', () => {
  const json = (text: string) => proxyConfigJson(mergeProxyConfig(defaultProxyConfig, layer(text)))

  test.each<[string, string]>([
    ['', '{}'],
    ['drainDuration: 45s\nstatusPort: 15020\ncontrolPlaneAuthPolicy: MUTUAL_TLS', '{}'],
    ['interceptionMode: TPROXY\nconcurrency: 0', '{"concurrency":0,"interceptionMode":"TPROXY"}'],
    [
      'drainDuration: 1m30s\nterminationDrainDuration: 250ms',
      '{"drainDuration":"90s","terminationDrainDuration":"0.250s"}',
    ],
    [
      'tracing: {sampling: 10, zipkin: {address: "z:9411"}}',
      '{"tracing":{"zipkin":{"address":"z:9411"},"sampling":10}}',
    ],
    [
      'tracing: {stackdriver: {debug: false, maxNumberOfAttributes: 5}}',
      '{"tracing":{"stackdriver":{"maxNumberOfAttributes":"5"}}}',
    ],
    ['tracing: {}\ngatewayTopology: {numTrustedProxies: 0}', '{"tracing":{},"gatewayTopology":{}}'],
    ['tracingServiceName: APP_LABEL_AND_NAMESPACE', '{"tracingServiceName":"APP_LABEL_AND_NAMESPACE"}'],
    ['proxyMetadata: {"10": a, "9": "<&>"}', '{"proxyMetadata":{"10":"a","9":"\\u003c\\u0026\\u003e"}}'],
    ['proxyHeaders: {requestId: {disabled: false}}', '{"proxyHeaders":{"requestId":{"disabled":false}}}'],
  ])('of %j', (text, expected) => {
    expect(json(text)).toBe(expected)
  })

  test('omits fields only if they have their default, as Istio does', () => {
    expect(proxyConfigJson({ ...defaultProxyConfig, statusPort: 15999, image: { imageType: 'debug' } })).toBe(
      '{"statusPort":15999,"image":{"imageType":"debug"}}',
    )
  })
})
