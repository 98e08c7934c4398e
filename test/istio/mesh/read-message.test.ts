import { describe, expect, test } from 'vitest'
import { describeMeshFault } from '../../../src/istio/mesh/fault.ts'
import { readMessage } from '../../../src/istio/mesh/read-message.ts'

function read(document: unknown) {
  const { value, faults, unknown, zeroed } = readMessage('ProxyConfig', document)
  return { value, faults: faults.map(describeMeshFault), unknown, zeroed }
}

function validValue(document: unknown) {
  const { value, faults } = read(document)
  expect(faults).toEqual([])
  return value
}

function faultOf(document: unknown): string {
  const { value, faults } = read(document)
  expect(faults).toHaveLength(1)
  // An invalid value is left out.
  expect(JSON.stringify(value)).toMatch(/^\{\}$|^\{"\w+":(\{\}|\[\])\}$/)
  return faults[0] ?? ''
}

describe('reads', () => {
  test.each<[string, unknown, unknown]>([
    ['names in lowerCamelCase', { drainDuration: '45s' }, { drainDuration: '45s' }],
    ['names as in the proto file', { drain_duration: '45s', k8sSaJwtPath: 1 }, { drainDuration: '45s' }],
    ['the lowerCamelCase name if both are set', { statusPort: 1, status_port: 2 }, { statusPort: 1 }],
    ['null as unset', { statusPort: null, tracing: null, proxyMetadata: null, concurrency: null }, {}],
    ['null in a map of strings as an empty string', { proxyMetadata: { A: null } }, { proxyMetadata: { A: '' } }],
    ['durations in the format of Go', { drainDuration: '1m30s' }, { drainDuration: '90s' }],
    ['fractions of a second', { drainDuration: '250ms' }, { drainDuration: '0.250s' }],
    ['a duration of 0s as set', { drainDuration: '0s' }, { drainDuration: '0s' }],
    [
      'integers in strings',
      { statusPort: '15021', fileFlushMinSizeKb: ' 7 ' },
      { statusPort: 15021, fileFlushMinSizeKb: 7 },
    ],
    ['integers that end in .0', { statusPort: 5.0, concurrency: 2.0 }, { statusPort: 5, concurrency: 2 }],
    [
      'zeros of wrappers as set',
      { concurrency: 0, statsCompression: false },
      { concurrency: 0, statsCompression: false },
    ],
    ['an enum by number', { interceptionMode: 1 }, { interceptionMode: 'TPROXY' }],
    ['an enum by a number without a name', { interceptionMode: 9 }, { interceptionMode: 9 }],
    [
      'empty messages as set',
      { tracing: {}, gatewayTopology: { proxyProtocol: {} } },
      { tracing: {}, gatewayTopology: { proxyProtocol: {} } },
    ],
    [
      'zeros within messages as unset',
      { gatewayTopology: { numTrustedProxies: 0 }, sds: { enabled: false } },
      { gatewayTopology: {}, sds: {} },
    ],
    ['maps in the order of their keys', { runtimeValues: { b: '1', a: '2' } }, { runtimeValues: { a: '2', b: '1' } }],
    [
      'maps of messages',
      { tracing: { customTags: { e: { literal: { value: 'x' } }, n: null } } },
      { tracing: { customTags: { e: { literal: { value: 'x' } }, n: {} } } },
    ],
    ['lists', { extraStatTags: ['a', null, ''] }, { extraStatTags: ['a', '', ''] }],
    [
      'lists of enums',
      { tracing: { openCensusAgent: { context: ['B3', 1] } } },
      { tracing: { openCensusAgent: { context: ['B3', 'W3C_TRACE_CONTEXT'] } } },
    ],
    ['doubles', { tracing: { sampling: '12.5' } }, { tracing: { sampling: 12.5 } }],
    [
      '64-bit integers exactly, as strings',
      { tracing: { stackdriver: { maxNumberOfAttributes: 9007199254740993n } } },
      { tracing: { stackdriver: { maxNumberOfAttributes: '9007199254740993' } } },
    ],
    [
      'the last field of a oneof in the order of the proto file',
      { tracing: { datadog: { address: 'd:1' }, zipkin: { address: 'z:1' } } },
      { tracing: { datadog: { address: 'd:1' } } },
    ],
    ['the zero of a oneof as set', { tracingServiceName: 0 }, { tracingServiceName: 'APP_LABEL_AND_NAMESPACE' }],
    [
      'connectionSettings',
      { connectionSettings: { profile: 'EDGE', httpIdleTimeout: '15m', httpMergeSlashes: false } },
      { connectionSettings: { profile: 'EDGE', httpIdleTimeout: '900s', httpMergeSlashes: false } },
    ],
    ['an empty document', null, {}],
  ])('%s', (_, document, value) => {
    expect(validValue(document)).toEqual(value)
  })

  test('a key named __proto__ as data', () => {
    const value = validValue({ proxyMetadata: JSON.parse('{"__proto__": "x", "constructor": "y"}') })
    expect(JSON.stringify(value)).toBe('{"proxyMetadata":{"__proto__":"x","constructor":"y"}}')
    expect(read(JSON.parse('{"__proto__": {"statusPort": 1}}'))).toMatchObject({ value: {}, unknown: ['__proto__'] })
  })

  test('zero values, distinguished from unset fields', () => {
    const { zeroed } = read({
      statusPort: 0,
      configPath: '',
      extraStatTags: [],
      runtimeValues: {},
      interceptionMode: 'REDIRECT',
      concurrency: 0,
    })
    expect(zeroed.toSorted()).toEqual([
      'configPath',
      'extraStatTags',
      'interceptionMode',
      'runtimeValues',
      'statusPort',
    ])
  })
})

describe('rejects', () => {
  test.each<[unknown, string]>([
    [{ meshId: 5 }, 'meshId: must be a string, not the number 5; put it in quotes'],
    [{ proxyMetadata: { A: 1 } }, 'proxyMetadata.A: must be a string, not the number 1; put it in quotes'],
    [
      { runtimeValues: { 'a.b': true } },
      'runtimeValues["a.b"]: must be a string, not the boolean true; put it in quotes',
    ],
    [{ extraStatTags: [true] }, 'extraStatTags[0]: must be a string, not the boolean true; put it in quotes'],
    [{ extraStatTags: 'x' }, 'extraStatTags: must be a list, not the string "x"'],
    [{ proxyMetadata: ['A'] }, 'proxyMetadata: must be an object, not a list'],
    [{ statsCompression: 'true' }, 'statsCompression: must be true or false, not the string "true"'],
    [{ statsCompression: 1 }, 'statsCompression: must be true or false, not the number 1'],
    [{ statusPort: 1.5 }, 'statusPort: must be a whole number, not the number 1.5'],
    [{ statusPort: 'x' }, 'statusPort: must be a whole number, not the string "x"'],
    [{ statusPort: '+5' }, 'statusPort: must be a whole number, not the string "+5"'],
    [{ statusPort: true }, 'statusPort: must be a whole number, not the boolean true'],
    [
      { statusPort: 2147483648 },
      'statusPort: must be from -2147483648 to 2147483647 (int32), not the number 2147483648',
    ],
    [{ fileFlushMinSizeKb: -1 }, 'fileFlushMinSizeKb: must be from 0 to 4294967295 (uint32), not the number -1'],
    [
      { interceptionMode: 'tproxy' },
      'interceptionMode: must be one of REDIRECT, TPROXY, NONE, not the string "tproxy"',
    ],
    [{ interceptionMode: '1' }, 'interceptionMode: must be one of REDIRECT, TPROXY, NONE, not the string "1"'],
    [
      { drainDuration: 45 },
      'drainDuration: must be a duration with its unit, such as 45s, 1m30s or 250ms, not the number 45',
    ],
    [
      { drainDuration: '45' },
      'drainDuration: must be a duration with its unit, such as 45s, 1m30s or 250ms, not the string "45"',
    ],
    [{ tracing: 'zipkin' }, 'tracing: must be an object, not the string "zipkin"'],
    [{ tracing: { zipkin: [] } }, 'tracing.zipkin: must be an object, not a list'],
    [[], 'must be an object, not a list'],
    ['text', 'must be an object, not the string "text"'],
    [
      { drain_duration: 5 },
      'drain_duration: must be a duration with its unit, such as 45s, 1m30s or 250ms, not the number 5',
    ],
  ])('%j', (document, fault) => {
    expect(faultOf(document)).toBe(fault)
  })

  test('and reports all faults at once', () => {
    expect(read({ meshId: 5, statusPort: 'x', tracing: { sampling: 'much' } }).faults).toHaveLength(3)
  })
})

test('ignores unknown fields at any depth, and reports them with the nearest known name', () => {
  const document = {
    proxyMetdata: { A: 'x' },
    tracing: { zipkin: { adress: 'z:1' }, customTags: { 'a b': { litteral: {} } } },
    proxyHeaders: { qwertyuiop: 1 },
  }
  const { faults, unknown } = read(document)
  expect(faults).toEqual([])
  expect(unknown.toSorted()).toEqual([
    'proxyHeaders.qwertyuiop',
    'proxyMetdata (did you mean proxyMetadata?)',
    'tracing.customTags["a b"].litteral (did you mean literal?)',
    'tracing.zipkin.adress (did you mean address?)',
  ])
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`x${index}`, 1]))
  expect(read(many).unknown.length).toBeLessThanOrEqual(20)
})
