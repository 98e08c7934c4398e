import { isDeepStrictEqual } from 'node:util'
import jsonPatch, { type Operation } from 'fast-json-patch'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/lang/json.ts'
import { container, injected, names, podWith, run, snapshotOf } from './support.ts'

const templates = ['sidecar', 'gateway', 'grpc-agent', 'grpc-simple']
const snapshots = templates.map((name) => snapshotOf({ config: { defaultTemplates: [name] } }))
const native = snapshotOf({ nativeSidecars: 'enabled' })

/** Injects with every default template, and checks what holds for every injected pod. */
function injectAll(pod: unknown): void {
  for (const snapshot of [...snapshots, native]) {
    const first = injected(pod, { snapshot })
    const operations: Operation[] = JSON.parse(JSON.stringify(first.patch))
    const patched = jsonPatch.applyPatch(JSON.parse(JSON.stringify(pod)), operations, true).newDocument
    expect(isDeepStrictEqual(patched, JSON.parse(JSON.stringify(first.pod)))).toBe(true)
    expect(injected(first.pod, { snapshot }).patch).toEqual([])
  }
}

const app = { name: 'app', image: 'app:1' }

describe('injects a pod with', () => {
  // An API server rejects a pod without containers, but only after it has called the webhooks.
  test.each<[string, JsonObject]>([
    ['no fields', {}],
    ['no metadata', { spec: { containers: [app] } }],
    ['null metadata', { metadata: null, spec: { containers: [app] } }],
    ['no spec', { metadata: { name: 'web' } }],
    ['a null spec', { spec: null }],
    ['no containers', { spec: {} }],
    ['null containers', { spec: { containers: null, initContainers: null, volumes: null } }],
    ['an empty list of containers', { spec: { containers: [] } }],
    ['null labels and annotations', { metadata: { labels: null, annotations: null }, spec: { containers: [app] } }],
    ['null owners and a null namespace', { metadata: { ownerReferences: null, namespace: null, generateName: 'x-' } }],
    ['an empty owner', { metadata: { generateName: 'x-', ownerReferences: [{ uid: '1', controller: true }] } }],
    [
      'null fields of a container',
      {
        spec: {
          containers: [
            { ...app, env: null, ports: null, args: null, lifecycle: null, livenessProbe: null, securityContext: null },
          ],
        },
      },
    ],
    ['duplicate container names', { spec: { containers: [app, app, { ...app, image: 'other:1' }] } }],
    [
      'duplicate variable names',
      {
        spec: {
          containers: [
            {
              ...app,
              env: [
                { name: 'A', value: '1' },
                { name: 'A', value: '2' },
              ],
            },
          ],
        },
      },
    ],
    [
      'duplicate port numbers',
      {
        spec: {
          containers: [
            {
              ...app,
              ports: [
                { containerPort: 53, protocol: 'UDP' },
                { containerPort: 53, protocol: 'TCP' },
              ],
            },
          ],
        },
      },
    ],
    ['an empty probe', { spec: { containers: [{ ...app, livenessProbe: {}, readinessProbe: { exec: null } }] } }],
    [
      'fields of a newer Kubernetes',
      { spec: { newer: { list: [1, [null], { x: null }] }, containers: [{ ...app, newer: [] }] } },
    ],
    ['ephemeral containers', { spec: { containers: [app], ephemeralContainers: [{ name: 'debug' }] } }],
    [
      '200 containers',
      {
        spec: {
          containers: Array.from({ length: 200 }, (_, index) => ({
            ...app,
            name: `app-${index}`,
            livenessProbe: { httpGet: { port: 80 } },
          })),
        },
      },
    ],
  ])('%s', (_, pod) => injectAll(pod))

  test.each(['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'length'])('the name %s everywhere', (name) => {
    const pairs = JSON.parse(`{${JSON.stringify(name)}: "kept"}`)
    const pod = podWith(pairs, pairs, {
      containers: [
        {
          name,
          image: 'app:1',
          ports: [{ name, containerPort: 80 }],
          env: [{ name, value: 'x' }],
          livenessProbe: { httpGet: { port: name, path: '/' } },
        },
      ],
      initContainers: [{ name: `${name}-init` }],
      volumes: [{ name, emptyDir: {} }],
      nodeSelector: pairs,
      [name === '__proto__' ? 'x' : name]: { x: 1 },
    })
    injectAll(pod)
    const { pod: result } = injected(pod)
    expect(Object.entries(result.metadata?.annotations ?? {})).toContainEqual([name, 'kept'])
    expect(Object.entries(result.metadata?.labels ?? {})).toContainEqual([name, 'kept'])
    expect(container(result, name)).toMatchObject({
      livenessProbe: { httpGet: { port: 15020, path: `/app-health/${name}/livez` } },
    })
    expect(({} as JsonObject)['kept']).toBeUndefined()
  })

  test('names of prototypes where the injector looks up names', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      injectAll(podWith({ 'proxy.istio.io/config': `{"proxyMetadata":{"${name}":"x"},"${name}":{"x":1}}` }))
      expect(run(podWith({ 'inject.istio.io/templates': name })).decision.reason).toBe('unknown-template')
      const { pod } = injected(podWith(), { path: `/inject/${name}/x` })
      expect(container(pod, 'istio-proxy').env).toContainEqual({ name: name.toUpperCase(), value: 'x' })
      expect(injected(podWith(), { namespace: name }).decision.result).toBe('injected')
    }
  })
})

test.each<[string, JsonObject, string]>([
  ['metadata that is a string', { metadata: 'x' }, 'metadata: must be an object, not a string'],
  ['a spec that is a list', { spec: [] }, 'spec: must be an object, not a list'],
  [
    'containers that are not a list',
    { spec: { containers: { app } } },
    'spec.containers: must be a list, not an object',
  ],
  ['a null container', { spec: { containers: [null] } }, 'spec.containers[0]: must not be null'],
  [
    'a container that is a string',
    { spec: { containers: ['app'] } },
    'spec.containers[0]: must be an object, not a string',
  ],
  [
    'a container without a name',
    { spec: { initContainers: [{ image: 'x' }] } },
    'spec.initContainers[0]: name is missing',
  ],
  [
    'a variable without a name',
    { spec: { containers: [{ ...app, env: [{ value: 'x' }] }] } },
    'spec.containers[0].env[0]: name is missing',
  ],
  [
    'a mount without a path',
    { spec: { containers: [{ ...app, volumeMounts: [{ name: 'x' }] }] } },
    'spec.containers[0].volumeMounts[0]: mountPath is missing',
  ],
  [
    'a port that is a string',
    { spec: { containers: [{ ...app, ports: [{ containerPort: '80' }] }] } },
    'spec.containers[0].ports[0].containerPort: must be a whole number, not a string',
  ],
  [
    'a port with a fraction',
    { spec: { containers: [{ ...app, ports: [{ containerPort: 80.5 }] }] } },
    'spec.containers[0].ports[0].containerPort: must be a whole number, not 80.5',
  ],
  ['a label that is a number', { metadata: { labels: { app: 1 } } }, 'metadata.labels["app"]: must be a string, not 1'],
  [
    'a null annotation',
    { metadata: { annotations: { x: null } } },
    'metadata.annotations["x"]: must be a string, not null',
  ],
  [
    'hostNetwork that is a string',
    { spec: { hostNetwork: 'true' } },
    'spec.hostNetwork: must be true or false, not a string',
  ],
  [
    'a directive in a container',
    { spec: { containers: [{ name: 'istio-proxy', $patch: 'delete' }] } },
    'spec.containers[0].$patch',
  ],
  ['a directive in a map', { spec: { nodeSelector: { $retainKeys: 'x' } } }, 'spec.nodeSelector["$retainKeys"]'],
  ['a directive below an unknown field', { spec: { newer: [{ $patch: 'merge' }] } }, 'spec.newer'],
  [
    'a lone surrogate in a name',
    { spec: { containers: [{ name: 'a\ud800' }] } },
    'spec.containers[0]: name is not valid Unicode',
  ],
  [
    'an endlessly nested field',
    { spec: { newer: JSON.parse(`${'['.repeat(2000)}${']'.repeat(2000)}`) } },
    'spec.newer: it is nested',
  ],
])('denies a pod with %s', (_, pod, message) => {
  const { decision, patch } = run(pod)
  expect(decision).toMatchObject({ result: 'denied', reason: 'invalid-pod' })
  expect(decision.message).toContain(message)
  expect(patch).toEqual([])
})

test('reports only a few of many faults', () => {
  const { decision } = run({
    spec: { containers: Array.from({ length: 5000 }, () => ({ name: 1, image: 2, env: {} })) },
  })
  expect(decision.result).toBe('denied')
  expect(decision.message.length).toBeLessThan(4000)
})

describe('the patch', () => {
  const variables = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ name: `VARIABLE_${index}`, value: `value ${index}` }))
  const size = (pod: JsonObject) => JSON.stringify(injected(pod).patch).length

  test('is below 8 kB for a pod with 2,000 variables, and no larger than for one with 20', () => {
    const sizes = [20, 2000].map((count) => size(podWith({}, {}, { containers: [{ ...app, env: variables(count) }] })))
    expect(sizes[1]).toBeLessThan(8 * 1024)
    expect(sizes[1]).toBe(sizes[0])
  })

  test('does not grow with what is unchanged', () => {
    const plain = size(
      podWith({ a: 'b' }, { c: 'd' }, { volumes: [{ name: 'x', emptyDir: {} }], initContainers: [{ name: 'x' }] }),
    )
    const many = (letter: string) =>
      Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`${letter}${index}`, 'x'.repeat(100)]))
    const list = Array.from({ length: 100 }, (_, index) => ({
      name: `x${index}`,
      configMap: { name: 'x'.repeat(200) },
    }))
    const large = podWith(
      { ...many('a') },
      { ...many('c') },
      {
        volumes: list,
        initContainers: list.map(({ name }) => ({ name, command: ['x'.repeat(500)] })),
        nodeSelector: many('n'),
      },
    )
    expect(size(large) - plain).toBeLessThan(100)
  })

  test('never changes managed fields, nor adds the namespace of the request', () => {
    const pod = {
      metadata: { name: 'web', managedFields: [{ manager: 'x', fieldsV1: { 'f:spec': {} } }] },
      spec: { containers: [app] },
    }
    const { patch, pod: result } = injected(pod, { namespace: 'shop' })
    expect(patch.filter(({ path }) => /managedFields|metadata\/namespace/.test(path))).toEqual([])
    expect(result.metadata?.namespace).toBeUndefined()
    expect(container(result, 'istio-proxy').env?.find(({ name }) => name === 'ISTIO_META_OWNER')?.value).toContain(
      '/namespaces/shop/',
    )
  })

  test('does not mention 200 unchanged containers', () => {
    const containers = Array.from({ length: 200 }, (_, index) => ({ ...app, name: `app-${index}` }))
    const { patch, pod } = injected(podWith({}, {}, { containers }), { snapshot: native })
    expect(patch.filter(({ path }) => path.startsWith('/spec/containers'))).toEqual([])
    expect(names(pod.spec?.initContainers)).toEqual(['istio-init', 'istio-proxy'])
  })
})
