import { describe, expect, test } from 'vitest'
import { inOrder } from '../../../src/kubernetes/schema/in-order.ts'
import { struct } from '../../../src/kubernetes/schema/schema.ts'
import { withoutZeros } from '../../../src/kubernetes/schema/without-zeros.ts'
import { goJson } from '../../../src/lang/go/json.ts'
import type { JsonObject } from '../../../src/lang/json.ts'

describe('the table of types', () => {
  // The merge keys of Kubernetes' API types; a list without one is replaced.
  test.each<[string, string, string | undefined]>([
    ['PodSpec', 'containers', 'name'],
    ['PodSpec', 'initContainers', 'name'],
    ['PodSpec', 'ephemeralContainers', 'name'],
    ['PodSpec', 'volumes', 'name'],
    ['PodSpec', 'resourceClaims', 'name'],
    ['PodSpec', 'imagePullSecrets', 'name'],
    ['PodSpec', 'schedulingGates', 'name'],
    ['PodSpec', 'hostAliases', 'ip'],
    ['PodSpec', 'topologySpreadConstraints', 'topologyKey'],
    ['PodSpec', 'tolerations', undefined],
    ['PodSpec', 'readinessGates', undefined],
    ['Container', 'env', 'name'],
    ['Container', 'ports', 'containerPort'],
    ['Container', 'volumeMounts', 'mountPath'],
    ['Container', 'volumeDevices', 'devicePath'],
    ['Container', 'args', undefined],
    ['Container', 'envFrom', undefined],
    ['ObjectMeta', 'ownerReferences', 'uid'],
    ['ObjectMeta', 'finalizers', undefined],
  ])('%s.%s merges by %s', (type, field, key) => {
    const found = struct(type).byJson.get(field)
    expect(found).toBeDefined()
    expect(found?.mergeKey).toBe(key)
    expect(found?.merge).toBe(key !== undefined || field === 'finalizers')
    expect(found?.retainKeys).toBe(field === 'volumes' || field === 'resourceClaims')
  })

  test.each<[string, string, string]>([
    ['Container', 'ImagePullPolicy', 'imagePullPolicy'],
    ['Container', 'TTY', 'tty'],
    ['PodSpec', 'HostIPC', 'hostIPC'],
    ['Probe', 'HTTPGet', 'httpGet'],
    ['Probe', 'TimeoutSeconds', 'timeoutSeconds'],
    ['Volume', 'EmptyDir', 'emptyDir'],
    ['ObjectMeta', 'UID', 'uid'],
  ])('%s.%s is %s in JSON', (type, go, json) => {
    expect(struct(type).byGo.get(go)?.json).toBe(json)
    expect(struct(type).byJson.get(json)?.go).toBe(go)
  })

  test('an unknown type throws; inherited properties are not fields', () => {
    expect(() => struct('Nope')).toThrow(/Nope/)
    expect(() => struct('constructor')).toThrow(/constructor/)
    expect(struct('Pod').byJson.get('constructor')).toBeUndefined()
  })
})

describe('JSON as Go writes it', () => {
  const write = (type: string, object: JsonObject) => goJson(inOrder(struct(type), object))
  test.each<[string, string, JsonObject, string]>([
    [
      'fields in the order of the type',
      'ContainerPort',
      { protocol: 'TCP', containerPort: 80, name: 'x' },
      '{"name":"x","containerPort":80,"protocol":"TCP"}',
    ],
    [
      'zeros that are omitted',
      'ContainerPort',
      { name: '', hostPort: 0, containerPort: 0, protocol: null },
      '{"containerPort":0}',
    ],
    ['a field without omitempty', 'ContainerPort', {}, '{"containerPort":0}'],
    ['a struct is never omitted', 'Container', { name: 'x' }, '{"name":"x","resources":{}}'],
    [
      'zeros behind a pointer stay',
      'SecurityContext',
      { runAsUser: 0, privileged: false, runAsGroup: null },
      '{"privileged":false,"runAsUser":0}',
    ],
    [
      'inline fields',
      'Probe',
      { timeoutSeconds: 1, httpGet: { port: 80, path: '/x' }, exec: null },
      '{"httpGet":{"path":"/x","port":80},"timeoutSeconds":1}',
    ],
    [
      'lists, maps and structs within',
      'Container',
      { resources: { limits: { b: '1', a: '2' } }, env: [{ value: 'v', name: 'n' }], name: 'x', args: [] },
      '{"name":"x","env":[{"name":"n","value":"v"}],"resources":{"limits":{"a":"2","b":"1"}}}',
    ],
    [
      'fields of a newer Kubernetes come last',
      'ContainerPort',
      { newer: { b: 1, a: null }, containerPort: 1 },
      '{"containerPort":1,"newer":{"a":null,"b":1}}',
    ],
  ])('%s', (_, type, object, expected) => {
    expect(write(type, object)).toBe(expected)
  })
})

test.each<[string, string, JsonObject, JsonObject]>([
  [
    'nulls and zeros are removed',
    'Container',
    { name: 'x', tty: false, image: '', args: [], env: null },
    { name: 'x' },
  ],
  [
    'zeros behind a pointer stay',
    'Container',
    { name: '', securityContext: { runAsUser: 0 }, livenessProbe: {} },
    { name: '', securityContext: { runAsUser: 0 }, livenessProbe: {} },
  ],
  ['in lists too', 'Container', { name: 'x', env: [{ name: 'A', value: '' }] }, { name: 'x', env: [{ name: 'A' }] }],
  ['an empty struct is removed', 'Container', { name: 'x', resources: { limits: {}, requests: null } }, { name: 'x' }],
  [
    'unknown fields stay',
    'Container',
    { name: 'x', newer: { a: 0 }, older: 0, gone: null },
    { name: 'x', newer: { a: 0 }, older: 0 },
  ],
])('without zeros: %s', (_, type, object, expected) => {
  expect(withoutZeros(struct(type), object)).toEqual(expected)
})
