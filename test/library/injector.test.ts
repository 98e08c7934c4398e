import type { V1Pod } from '@kubernetes/client-node'
import jsonPatch from 'fast-json-patch'
import { describe, expect, test } from 'vitest'
import { ConfigError, createInjector, defaultConfig, defaultValues, mergeValues } from '../../src/index.ts'
import { deepFreeze } from '../support/deep-freeze.ts'

const pod = deepFreeze({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'web:1' }] },
})

function review(object: object, more: object = {}) {
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: { uid: 'u-1', operation: 'CREATE', namespace: 'shop', object, ...more },
  }
}

function proxyImage(injected: unknown): string {
  const spec = (injected as { spec: { initContainers?: Named[]; containers: Named[] } }).spec
  const proxy = [...(spec.initContainers ?? []), ...spec.containers].find(({ name }) => name === 'istio-proxy')
  return proxy?.image ?? ''
}

interface Named {
  readonly name: string
  readonly image: string
}

test('inject returns decision, pod, patch and warnings, and does not modify its input', () => {
  const { decision, pod: injected, patch, warnings } = createInjector().inject(pod, { namespace: 'shop' })
  expect(decision).toMatchObject({ result: 'injected', reason: 'policy-enabled', templates: ['sidecar'] })
  expect(warnings).toEqual([])
  const patched = jsonPatch.applyPatch(JSON.parse(JSON.stringify(pod)), JSON.parse(JSON.stringify(patch)), true)
  expect(patched.newDocument).toEqual(injected)
})

test('inject returns the provenance of the result on demand', () => {
  const annotated = { ...pod, metadata: { ...pod.metadata, annotations: { 'sidecar.istio.io/logLevel': 'debug' } } }
  const injection = createInjector().inject(annotated, { namespace: 'shop' })
  expect(Object.keys(injection)).not.toContain('provenance')
  const { provenance } = injection
  const level = provenance.fields.find(({ value }) => value === '--proxyLogLevel=debug')
  expect(level).toMatchObject({
    by: { kind: 'template', template: 'sidecar' },
    from: [{ kind: 'annotation', name: 'sidecar.istio.io/logLevel', value: 'debug' }],
    lost: [{ kind: 'values', name: 'global.proxy.logLevel' }],
  })
  expect(injection.provenance).toBe(provenance)
})

test('accepts a V1Pod of the Kubernetes client', () => {
  const typed: V1Pod = { metadata: { name: 'typed' }, spec: { containers: [{ name: 'app', image: 'app:1' }] } }
  expect(createInjector().inject(typed).decision.result).toBe('injected')
})

test('review returns the same patch, also for v1beta1', () => {
  const injector = createInjector({ revision: 'canary' })
  const { patch } = injector.inject(pod, { namespace: 'shop', path: '/inject/net/n1' })
  for (const apiVersion of ['admission.k8s.io/v1', 'admission.k8s.io/v1beta1']) {
    const answer = injector.review({ ...review(pod), apiVersion }, { path: '/inject/net/n1' })
    expect(answer).toMatchObject({ apiVersion, kind: 'AdmissionReview', response: { uid: 'u-1', allowed: true } })
    expect(JSON.parse(Buffer.from(answer.response.patch ?? '', 'base64').toString())).toEqual(
      JSON.parse(JSON.stringify(patch)),
    )
    expect(answer.response.auditAnnotations).toMatchObject({ revision: 'canary', 'config-hash': injector.hash })
  }
})

describe('review never throws, whatever it is given', () => {
  const circular: Record<string, unknown> = {}
  circular['self'] = circular
  test.each([
    ['undefined', undefined],
    ['null', null],
    ['a string', 'review'],
    ['a function', () => 1],
    ['a circular reference', review(circular)],
    ['a BigInt', review({ spec: 1n })],
    ['no request', { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1' }],
    ['an unknown version', { ...review(pod), apiVersion: 'admission.k8s.io/v9' }],
    ['a pod without a spec', review({ kind: 'Pod' })],
    ['a pod with a string as containers', review({ kind: 'Pod', spec: { containers: 'all' } })],
    [
      'a pod with a null annotations map',
      review({ kind: 'Pod', metadata: { annotations: null }, spec: { containers: [] } }),
    ],
    ['a key __proto__', JSON.parse('{"__proto__": {"kind": "AdmissionReview"}}')],
  ])('%s', (_, sent) => {
    const answer = createInjector().review(sent)
    expect(answer.kind).toBe('AdmissionReview')
    expect(typeof answer.response.allowed).toBe('boolean')
    if (!answer.response.allowed) expect(answer.response.status?.message).not.toBe('')
  })
})

test('accepts config, values and mesh as strings or as objects', () => {
  const values = mergeValues(defaultValues, { global: { hub: 'registry.example.com/x', tag: '9' } })
  const config = { injectedAnnotations: { 'example.com/by': 'me' } }
  const mesh = { trustDomain: 'td.example.com' }
  const [fromObjects, fromStrings] = [
    createInjector({ config, values, mesh }),
    createInjector({
      config: JSON.stringify(config),
      values: JSON.stringify(values),
      mesh: 'trustDomain: td.example.com',
    }),
  ]
  expect(fromStrings.hash).toBe(fromObjects.hash)
  expect(fromObjects.hash).not.toBe(createInjector().hash)
  const { pod: injected } = fromObjects.inject(pod)
  expect(proxyImage(injected)).toBe('registry.example.com/x/proxyv2:9')
  expect(JSON.stringify(injected)).toContain('td.example.com')
  expect(injected['metadata']).toMatchObject({ annotations: { 'example.com/by': 'me' } })
})

test('mergeValues merges by key, removes null, replaces lists and does not pollute prototypes', () => {
  const base = deepFreeze({ a: { b: 1, c: [1, 2] }, d: 'x' })
  expect(mergeValues(base, { a: { c: [3] }, d: null, e: {} })).toEqual({ a: { b: 1, c: [3] }, e: {} })
  const evil = JSON.parse('{"__proto__": {"polluted": true}}')
  expect(Object.hasOwn(mergeValues(base, evil), '__proto__')).toBe(true)
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

test('the defaults are frozen, and equal to no configuration', () => {
  expect(createInjector({ config: defaultConfig, values: defaultValues }).hash).toBe(createInjector().hash)
  expect(Object.isFrozen(defaultConfig.templates)).toBe(true)
})

test('native sidecars depend on the versions of the nodes by default', () => {
  const nodes = (...versions: string[]) =>
    versions.map((kubeletVersion, index) => ({
      metadata: { name: `n${index}` },
      status: { nodeInfo: { kubeletVersion } },
    }))
  const isNative = (facts: { nodes: object[] } | undefined, nativeSidecars?: 'disabled') => {
    const { pod: injected } = createInjector({ facts, nativeSidecars }).inject(pod)
    return !(injected as unknown as { spec: { containers: Named[] } }).spec.containers.some(
      ({ name }) => name === 'istio-proxy',
    )
  }
  expect(isNative(undefined)).toBe(true)
  expect(isNative({ nodes: nodes('v1.33.1', 'v1.34.0') })).toBe(true)
  expect(isNative({ nodes: nodes('v1.33.1', 'v1.32.9') })).toBe(false)
  expect(isNative(undefined, 'disabled')).toBe(false)
})

test('applies a ProxyConfig of the namespace from facts', () => {
  const proxyConfigs = [{ metadata: { name: 'p', namespace: 'shop' }, spec: { image: { imageType: 'debug' } } }]
  const injector = createInjector({ facts: { proxyConfigs } })
  expect(proxyImage(injector.inject(pod, { namespace: 'shop' }).pod)).toMatch(/-debug$/)
  expect(proxyImage(injector.inject(pod, { namespace: 'other' }).pod)).not.toMatch(/-debug$/)
})

test('rejects an invalid configuration with every fault and its document', () => {
  const make = () =>
    createInjector({
      config: 'policy: 7\ndefaultTemplates: [broken]\ntemplates:\n  broken: "{{ if }}"\n',
      mesh: { trustDomain: '' },
      values: { global: { hub: 7 } },
    })
  expect(make).toThrow(ConfigError)
  try {
    make()
  } catch (error) {
    const faults = error instanceof ConfigError ? error.faults : []
    expect(new Set(faults.map(({ document }) => document))).toEqual(new Set(['config', 'mesh', 'values']))
    expect(faults.map(({ path }) => path)).toEqual(expect.arrayContaining(['policy', 'templates.broken']))
  }
})

test('rejects anything but an object with a TypeError', () => {
  expect(() => createInjector().inject([] as object)).toThrow(TypeError)
  expect(() => createInjector({ facts: { nodes: [new Map()] } })).toThrow('facts.nodes[0]')
})
