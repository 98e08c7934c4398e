import { describe, expect, test } from 'vitest'
import { describeMeshFault, type MeshFault, meshReasons } from '../../../src/istio/mesh/fault.ts'
import { readMeshConfig } from '../../../src/istio/mesh/mesh-config.ts'
import { readProxyConfigText } from '../../../src/istio/mesh/proxy-config/proxy-config.ts'
import { readProxyConfigResource } from '../../../src/istio/mesh/proxy-config/resource.ts'

const proxy = (text: string) => readProxyConfigText(text).faults

/** For each code, the faults of a document, and the expected fault. */
const cases: Readonly<Record<MeshFault['code'], readonly [readonly MeshFault[], object]>> = {
  'wrong-type': [
    proxy('concurrency: many'),
    { path: ['concurrency'], expected: 'integer', actual: { type: 'string', value: 'many' } },
  ],
  'out-of-range': [
    proxy('concurrency: 3000000000'),
    {
      path: ['concurrency'],
      type: 'int32',
      min: '-2147483648',
      max: '2147483647',
      actual: { type: 'number', value: 3e9 },
    },
  ],
  'not-one-of': [
    proxy('interceptionMode: SOME'),
    { path: ['interceptionMode'], expected: ['REDIRECT', 'TPROXY', 'NONE'], actual: { type: 'string', value: 'SOME' } },
  ],
  'not-a-duration': [proxy('drainDuration: 5'), { path: ['drainDuration'], actual: { type: 'number', value: 5 } }],
  'null-item': [
    readMeshConfig({ localityLbSetting: { distribute: [{ to: { 'a/*': null } }] } }).faults,
    { path: ['localityLbSetting', 'distribute', 0, 'to', 'a/*'] },
  ],
  empty: [readMeshConfig({ trustDomain: '' }).faults, { path: ['trustDomain'] }],
  'not-a-port': [proxy('statusPort: 0'), { path: ['statusPort'], actual: 0 }],
  'too-short': [proxy('drainDuration: 1ms'), { path: ['drainDuration'], min: '1s' }],
  'not-whole-seconds': [proxy('drainDuration: 1.5s'), { path: ['drainDuration'] }],
  negative: [
    proxy('connectionSettings: {listenerConnectionLimit: -1}'),
    { path: ['connectionSettings', 'listenerConnectionLimit'] },
  ],
  'no-key-provider': [proxy('privateKeyProvider: {}'), { path: ['privateKeyProvider'] }],
  'tls-incomplete': [
    proxy('tracing: {zipkin: {address: "a:1"}, tlsSettings: {mode: MUTUAL}}'),
    { path: ['tracing', 'tlsSettings'], missing: ['clientCertificate', 'privateKey'] },
  ],
  'labels-not-strings': [
    readProxyConfigResource({ spec: { selector: { matchLabels: [] } } }).faults,
    { path: ['spec', 'selector', 'matchLabels'], actual: { type: 'list' } },
  ],
  'not-yaml': [proxy('a: [b'), { path: [], line: expect.any(Number), column: expect.any(Number) }],
  'host-port-no-port': [proxy('discoveryAddress: istiod'), { path: ['discoveryAddress'] }],
  'host-port-no-brackets': [proxy('discoveryAddress: "::1:15012"'), { path: ['discoveryAddress'] }],
  'host-port-bad-port': [proxy('discoveryAddress: istiod:0'), { path: ['discoveryAddress'] }],
  'host-port-bad-host': [proxy('discoveryAddress: istio_d!:15012'), { path: ['discoveryAddress'] }],
}

describe('every fault of a MeshConfig or ProxyConfig', () => {
  test('has an example', () => {
    expect(Object.keys(cases).sort()).toEqual(Object.keys(meshReasons).sort())
  })

  test.each(Object.entries(cases))('%s', (code, [faults, data]) => {
    expect(faults).toEqual([expect.objectContaining({ code, ...data })])
    expect(JSON.parse(JSON.stringify(faults))).toEqual(faults)
    expect(faults.map(describeMeshFault).join()).not.toMatch(/undefined|\[object/)
  })
})
