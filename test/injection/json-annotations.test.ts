import { describe, expect, test } from 'vitest'
import type { Container, Pod } from '../../src/kubernetes/pod/types.ts'
import type { Json, JsonObject } from '../../src/lang/json.ts'
import { hostileTexts } from './hostile.ts'
import { attempted, container, expectSame, injected, podWith, run, snapshotOf } from './support.ts'

/*
 * Annotations with JSON affect only what their name says: volumes, mounts or variables are added, and everything that is
 * injected without the annotation stays the same.
 */

const volumes = 'sidecar.istio.io/userVolume'
const mounts = 'sidecar.istio.io/userVolumeMount'
const variables = 'apm.datadoghq.com/env'
const overrides = 'proxy.istio.io/overrides'
const snapshots = {
  sidecar: snapshotOf({ set: ['global.proxy.tracer=datadog'] }),
  'native sidecar': snapshotOf({ set: ['global.proxy.tracer=datadog'], nativeSidecars: 'enabled' }),
  'grpc-agent': snapshotOf({ config: { defaultTemplates: ['grpc-agent'] } }),
}

type List = 'volumes' | 'volumeMounts' | 'env'

function listOf(pod: Pod, list: List): readonly Json[] {
  const owner: JsonObject = list === 'volumes' ? (pod.spec ?? {}) : container(pod, 'istio-proxy')
  const items = owner[list]
  return Array.isArray(items) ? items : []
}

/** The pod without one list of the proxy or of the pod, and without its names in the status. */
function without(pod: Pod, list: List, name: string): Json {
  const { [name]: _own, 'sidecar.istio.io/status': statusText, ...annotations } = pod.metadata?.annotations ?? {}
  const status = { ...JSON.parse(statusText ?? '{}'), ...(list === 'volumes' ? { volumes: null } : {}) }
  const strip = (container: Container) =>
    container.name === 'istio-proxy' && list !== 'volumes' ? { ...container, [list]: null } : container
  return {
    ...pod,
    metadata: { ...pod.metadata, annotations: { ...annotations, status } },
    spec: {
      ...pod.spec,
      containers: pod.spec?.containers?.map(strip) ?? null,
      initContainers: pod.spec?.initContainers?.map(strip) ?? null,
      ...(list === 'volumes' ? { volumes: null } : {}),
    },
  }
}

describe.each([
  [volumes, 'volumes', { own: { emptyDir: {} } }, ['sidecar', 'native sidecar', 'grpc-agent']],
  [mounts, 'volumeMounts', { own: { mountPath: '/own' } }, ['sidecar', 'native sidecar', 'grpc-agent']],
  [variables, 'env', { OWN: 'x' }, ['sidecar', 'native sidecar']],
] as const)('%s', (annotation, list, valid, templates) => {
  const inject = (text: string, template: keyof typeof snapshots) =>
    attempted(podWith({ [annotation]: text }), { snapshot: snapshots[template] })

  test.each(templates)('%s: a valid value adds one item, an empty one and null add nothing', (template) => {
    const added = (text: string) => listOf(inject(text, template).pod, list).length
    const plain = listOf(injected(podWith(), { snapshot: snapshots[template] }).pod, list).length
    expect([added(JSON.stringify(valid)), added('{}'), added('[]'), added('null')]).toEqual([
      plain + 1,
      plain,
      plain,
      plain,
    ])
  })

  test.each(templates)('%s: denies invalid JSON', (template) => {
    for (const [kind, text] of [...Object.entries(hostileTexts), ['empty', '']]) {
      const { decision } = inject(text ?? '', template)
      expect({ kind, ...decision }).toMatchObject({ kind, result: 'denied', reason: 'invalid-annotation' })
      expect(decision.message).toContain(annotation)
    }
  })

  const deep = `${'[{"a":'.repeat(10_000)}1${'}]'.repeat(10_000)}`
  test.each([
    ['a directive as a name', { $patch: { emptyDir: {} } }],
    ['a deletion', { own: { ...valid, $patch: 'delete' } }],
    ['a replacement of the list', [{ $patch: 'replace' }]],
    ['a replacement next to a name', [{ name: 'istio-token', $patch: 'replace' }]],
    ['retained keys', { own: { name: 'istio-token', emptyDir: { $retainKeys: [] } } }],
    ['a list order', [{ name: 'x', '$setElementOrder/volumes': [] }]],
    ['a deletion from a list', { own: { emptyDir: { '$deleteFromPrimitiveList/finalizers': ['x'] } } }],
    ['a deeply nested directive', { own: { csi: { volumeAttributes: { x: { $patch: 'replace' } } } } }],
    ['endless nesting', deep],
    ['endless nesting below a name', `{"own":${deep}}`],
    ['a number', 5],
    ['a string', '"own"'],
    ['true', true],
  ])('denies %s', (_, value) => {
    for (const template of templates) {
      const { decision } = inject(typeof value === 'string' ? value : JSON.stringify(value), template)
      expect(decision).toMatchObject({ result: 'denied', reason: 'invalid-annotation' })
    }
  })

  const names = [
    'istio-token',
    'istio-envoy',
    'workload-socket',
    'data',
    'POD_NAME',
    'ISTIO_META_OWNER',
    '__proto__',
    'constructor',
  ]
  const strange: readonly (readonly [string, unknown])[] = [
    ...names.map(
      (name) => [`the name ${name}`, JSON.parse(`{"${name}":{"emptyDir":{},"mountPath":"/${name}"}}`)] as const,
    ),
    ['a mount at an injected path', { own: { mountPath: '/etc/istio/proxy', name: 'own' } }],
    ['fields of a pod', { own: { mountPath: '/own', containers: [{ name: 'evil' }], spec: {}, hostNetwork: true } }],
    ['fields of a container', { own: { mountPath: '/own', securityContext: { privileged: true }, command: ['sh'] } }],
    ['a name that is a number', { own: { mountPath: '/own', name: 5 } }],
    ['a null name', { own: { mountPath: '/own', name: null } }],
    ['a name that is an object', { own: { mountPath: '/own', name: { x: 1 } } }],
    ['a null item', { own: null }],
    ['an item that is a string', { own: 'x' }],
    ['an item that is a list', { own: ['x'] }],
    ['a list of null', [null]],
    ['a list of lists', [[]]],
    ['a list of numbers', [1, 2]],
  ]
  test.each(strange)('%s changes nothing else, or is denied', (_, value) => {
    for (const template of templates) {
      const plain = injected(podWith({}, {}, { volumes: [{ name: 'data', emptyDir: {} }] }), {
        snapshot: snapshots[template],
      }).pod
      const pod = podWith({ [annotation]: JSON.stringify(value) }, {}, { volumes: [{ name: 'data', emptyDir: {} }] })
      const injection = attempted(pod, { snapshot: snapshots[template] })
      if (injection.decision.result === 'denied') {
        expect(injection.decision.reason).toBe('invalid-annotation')
        continue
      }
      expectSame(template, without(plain, list, annotation), without(injection.pod, list, annotation))
      const [before, after] = [listOf(plain, list), listOf(injection.pod, list)]
      const count = Array.isArray(value) ? value.length : Object.keys(value as object).length
      expect(after.length).toBeLessThanOrEqual(before.length + count)
      // The pod's volume of the same name may be replaced by that of the annotation: both belong to the pod author.
      const injectedItems = before.filter((item) => (item as JsonObject)['name'] !== 'data')
      for (const item of injectedItems) expect(after).toContainEqual(item)
      expect(attempted(injection.pod, { snapshot: snapshots[template] }).patch).toEqual([])
    }
  })
})

describe(overrides, () => {
  test.each([
    ['invalid JSON', 'x'],
    ['a string', '"x"'],
    ['a list', '[]'],
    ['an empty string', ''],
    ['containers that are an object', '{"containers":{}}'],
    ['a container without a name', '{"containers":[{"image":"x"}]}'],
    ['a null container', '{"containers":[null]}'],
    ['a mount without a path', '{"containers":[{"name":"istio-proxy","volumeMounts":[{"name":"x"}]}]}'],
    ['a field of another type', '{"containers":[{"name":"istio-proxy","args":"x"}]}'],
    ['a deletion', '{"containers":[{"name":"istio-proxy","$patch":"delete"}]}'],
    ['an unknown directive', '{"initContainers":[{"name":"istio-init","$x":1}]}'],
    ['a directive below an unknown field', '{"containers":[{"name":"istio-proxy","x":{"y":[{"$patch":"merge"}]}}]}'],
    ['a directive among limits', '{"containers":[{"name":"istio-proxy","resources":{"limits":{"$patch":"delete"}}}]}'],
    ['endless nesting', `{"containers":[{"name":"istio-proxy","x":${'['.repeat(9999)}${']'.repeat(9999)}}]}`],
    ...Object.entries(hostileTexts),
  ])('denies %s', (_, text) => {
    for (const snapshot of Object.values(snapshots)) {
      const { decision } = run(podWith({ [overrides]: text }), { snapshot })
      expect(decision).toMatchObject({ result: 'denied', reason: 'invalid-annotation' })
      expect(decision.message).toContain(overrides)
    }
  })
})

test.each(Object.entries(hostileTexts))('proxy.istio.io/config and inject.istio.io/templates with %s', (_, text) => {
  for (const snapshot of Object.values(snapshots)) {
    const plain = injected(podWith(), { snapshot }).pod
    const configured = run(podWith({ 'proxy.istio.io/config': text }), { snapshot })
    // A string that happens to be YAML has no known fields of a ProxyConfig.
    if (configured.decision.result === 'denied') expect(configured.decision.reason).toBe('invalid-annotation')
    else expect(configured.pod.spec).toEqual(plain.spec)
    const { decision } = run(podWith({ 'inject.istio.io/templates': text }), { snapshot })
    expect(decision).toMatchObject({ result: 'denied', reason: 'unknown-template' })
  }
})

test('an endlessly nested status lists nothing', () => {
  const deep = `${'{"containers":['.repeat(10_000)}${']}'.repeat(10_000)}`
  const { decision, pod } = run(podWith({ 'sidecar.istio.io/status': deep }))
  expect(decision.result).toBe('injected')
  expect(JSON.parse(pod.metadata?.annotations?.['sidecar.istio.io/status'] ?? '').containers).toEqual(['istio-proxy'])
})

test('denies an endlessly nested proxy configuration', () => {
  const deep = `{"tracing":${'{"tracing":'.repeat(10_000)}1${'}'.repeat(10_000)}}`
  for (const text of [deep, '['.repeat(10_000), `${'- '.repeat(5_000)}x`]) {
    const { decision } = run(podWith({ 'proxy.istio.io/config': text }))
    expect(decision).toMatchObject({ result: 'denied', reason: 'invalid-annotation' })
  }
})
