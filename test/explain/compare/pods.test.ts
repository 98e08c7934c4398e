import { describe, expect, test } from 'vitest'
import { comparePods, formatDifferences } from '../../../src/explain/compare/pods.ts'
import type { JsonObject } from '../../../src/lang/json.ts'

const container = (fields: JsonObject): JsonObject => ({ spec: { containers: [{ name: 'app', ...fields }] } })
const variable = (name: string, value: string) => container({ env: [{ name, value }] })

describe('treats as equal', () => {
  const pairs: Record<string, [JsonObject, JsonObject]> = {
    'keys in another order': [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    'an unset field and an empty string, list, object or null': [
      container({ a: '', b: [], c: {}, d: null }),
      container({}),
    ],
    'an unset object and one with empty fields': [container({ resources: { limits: {} } }), container({})],
    'unset labels and an empty map': [{ metadata: { labels: {} } }, {}],
    'equal quantities': [
      container({ resources: { limits: { cpu: '2000m', memory: '1Gi' } } }),
      container({ resources: { limits: { cpu: 2, memory: '1024Mi' } } }),
    ],
    'JSON in a known variable': [
      variable('PROXY_CONFIG', '{"a": 1, "b": 2}\n'),
      variable('PROXY_CONFIG', '{"b":2,"a":1}'),
    ],
    'JSON in a known variable that is duplicate': [
      container({ env: [1, 2].map(() => ({ name: 'PROXY_CONFIG', value: '{}\n' })) }),
      container({ env: [1, 2].map(() => ({ name: 'PROXY_CONFIG', value: '{}' })) }),
    ],
    'JSON in a known annotation': [
      { metadata: { annotations: { 'sidecar.istio.io/status': '{"a":1,"b":null}' } } },
      { metadata: { annotations: { 'sidecar.istio.io/status': '{"b":null, "a":1}' } } },
    ],
    'quantities of one amount in recorded overrides': [
      {
        metadata: {
          annotations: {
            'proxy.istio.io/overrides': '{"containers":[{"name":"a","resources":{"limits":{"cpu":"3"}}}]}',
          },
        },
      },
      {
        metadata: {
          annotations: {
            'proxy.istio.io/overrides': '{"containers":[{"name":"a","resources":{"limits":{"cpu":"3000m"}}}]}',
          },
        },
      },
    ],
    'scripts of grpc-bootstrap-init': [
      { spec: { initContainers: [{ name: 'grpc-bootstrap-init', command: ['sh', '-c', 'one'] }] } },
      { spec: { initContainers: [{ name: 'grpc-bootstrap-init', command: ['sh', '-c', 'two'] }] } },
    ],
  }
  test.each(Object.entries(pairs))('%s', (_, [left, right]) => {
    expect(comparePods(left, right)).toEqual([])
    expect(comparePods(right, left)).toEqual([])
  })
})

describe('treats as different', () => {
  const pairs: Record<string, [JsonObject, JsonObject, string]> = {
    'zero and an unset field': [container({ runAsUser: 0 }), container({}), 'spec.containers[app].runAsUser'],
    'an empty emptyDir and null': [
      { spec: { volumes: [{ name: 'v', emptyDir: {} }] } },
      { spec: { volumes: [{ name: 'v', emptyDir: null }] } },
      'spec.volumes[v].emptyDir',
    ],
    'an empty annotation and an unset one': [{ metadata: { annotations: { 'a.b/c': '' } } }, {}, 'metadata'],
    'an empty annotation among others and an unset one': [
      { metadata: { annotations: { 'a.b/c': '', d: 'e' } } },
      { metadata: { annotations: { d: 'e' } } },
      'metadata.annotations["a.b/c"]',
    ],
    'different quantities': [
      container({ resources: { limits: { cpu: '1' } } }),
      container({ resources: { limits: { cpu: '1m' } } }),
      'spec.containers[app].resources.limits.cpu',
    ],
    'JSON in any other variable': [variable('X', '{}'), variable('X', '{} '), 'spec.containers[app].env[X].value'],
    'different JSON': [
      variable('PROXY_CONFIG', '{"a":1}'),
      variable('PROXY_CONFIG', '{"a":2}'),
      'spec.containers[app].env[PROXY_CONFIG].value',
    ],
    'lists in another order': [
      container({ args: ['a', 'b'] }),
      container({ args: ['b', 'a'] }),
      'spec.containers[app].args[0]',
    ],
    'containers in another order': [
      { spec: { containers: [{ name: 'a' }, { name: 'b' }] } },
      { spec: { containers: [{ name: 'b' }, { name: 'a' }] } },
      'spec.containers (order)',
    ],
    'a missing container': [
      { spec: { containers: [{ name: 'a' }, { name: 'b' }] } },
      { spec: { containers: [{ name: 'a' }] } },
      'spec.containers[b]',
    ],
    'commands of grpc-bootstrap-init before the script': [
      { spec: { initContainers: [{ name: 'grpc-bootstrap-init', command: ['sh', '-c', 'one'] }] } },
      { spec: { initContainers: [{ name: 'grpc-bootstrap-init', command: ['bash', '-c', 'one'] }] } },
      'spec.initContainers[grpc-bootstrap-init].command[0]',
    ],
    'an own __proto__': [JSON.parse('{"__proto__":{"a":1}}'), {}, '__proto__'],
  }
  test.each(Object.entries(pairs))('%s', (_, [left, right, path]) => {
    expect(comparePods(left, right)[0]?.path).toBe(path)
    expect(comparePods(right, left)[0]?.path).toBe(path)
  })
})

test('formats differences', () => {
  const text = formatDifferences(comparePods(container({ image: 'a', tty: true }), container({ image: 'b' })))
  expect(text).toBe(
    [
      'spec.containers[app].image',
      '  expected "a"',
      '  actual   "b"',
      'spec.containers[app].tty',
      '  expected true',
      '  actual   (unset)',
    ].join('\n'),
  )
})
