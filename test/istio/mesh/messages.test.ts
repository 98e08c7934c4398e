import { expect, test } from 'vitest'
import { enumOf, message } from '../../../src/istio/mesh/messages.ts'

test('a field is found by its Go name, with its type, JSON name and zero value', () => {
  const { byGo, goType } = message('ProxyConfig')
  expect(goType).toBe('v1alpha1.ProxyConfig')
  expect(byGo.get('InterceptionMode')).toMatchObject({
    json: 'interceptionMode',
    type: { kind: 'enum', name: 'ProxyConfig_InboundInterceptionMode' },
    zero: 'REDIRECT',
  })
  expect(byGo.get('StatusPort')).toMatchObject({ type: { kind: 'int32' }, zero: 0 })
  expect(byGo.get('HoldApplicationUntilProxyStarts')).toMatchObject({
    type: { kind: 'wrapper', of: 'bool' },
    zero: null,
  })
  expect(byGo.get('ProxyMetadata')).toMatchObject({ type: { kind: 'map', of: { kind: 'string' } }, zero: {} })
  expect(byGo.get('TracingServiceName')).toMatchObject({ oneof: 'ClusterName' })
  expect(byGo.get('Tracing')).toMatchObject({ type: { kind: 'message', name: 'Tracing' }, zero: null })
})

test('JSON names are derived from those of the proto file as protobuf does', () => {
  expect(message('MeshConfig').byGo.get('MeshMTLS')?.json).toBe('meshMTLS')
  expect(message('istio_networking_v1alpha3_OutlierDetection').byJson.has('consecutive5xxErrors')).toBe(true)
  expect(message('MeshConfig_ExtensionProvider_ZipkinTracingProvider').byJson.has('enable64bitTraceId')).toBe(true)
})

test('messages of other packages have their own Go type', () => {
  expect(message('istio_networking_v1alpha3_ClientTLSSettings').goType).toBe('v1alpha3.ClientTLSSettings')
  expect(enumOf('istio_networking_v1alpha3_ClientTLSSettings_TLSmode').goType).toBe(
    'v1alpha3.ClientTLSSettings_TLSmode',
  )
})

test('every type of a field is in the tables', () => {
  const seen = new Set<string>()
  const visit = (name: string) => {
    if (seen.has(name)) return
    seen.add(name)
    for (const field of message(name).fields) {
      let { type } = field
      while (type.kind === 'list' || type.kind === 'map') type = type.of
      if (type.kind === 'message') visit(type.name)
      if (type.kind === 'enum') expect(enumOf(type.name).zero).not.toBe('')
    }
  }
  visit('MeshConfig')
  expect(seen.size).toBeGreaterThan(80)
  expect(() => message('constructor')).toThrow('no message')
})
