import { describe, expect, test } from 'vitest'
import type { StringMap } from '../../../src/lang/json.ts'
import { type Configuration, injected, names, podWith, snapshotOf } from '../support.ts'

const status = 'sidecar.istio.io/status'

function statusOf(configuration: Configuration, annotations: StringMap = {}): string | undefined {
  return injected(podWith(annotations), { snapshot: snapshotOf(configuration) }).pod.metadata?.annotations?.[status]
}

describe('the status', () => {
  const statusOfTemplate = (template: string, more: Configuration = {}) =>
    statusOf({ config: { defaultTemplates: ['own'], templates: { own: template } }, ...more })
  const none = '{"initContainers":null,"containers":null,"volumes":null,"imagePullSecrets":null,"revision":"default"}'
  test.each<[string, string, string]>([
    ['without lists if nothing is injected', 'metadata: {}', none],
    ['without empty lists', 'spec: {containers: [], volumes: []}', none],
    [
      'with names in the order of the template',
      'spec: {containers: [{name: z, image: z}, {name: a, image: a}], initContainers: [{name: i, image: i}], volumes: [{name: v}, {name: u}], imagePullSecrets: [{name: s}]}',
      '{"initContainers":["i"],"containers":["z","a"],"volumes":["v","u"],"imagePullSecrets":["s"],"revision":"default"}',
    ],
    [
      'with a container of the pod that a template changes',
      'spec: {containers: [{name: app}]}',
      none.replace('"containers":null', '"containers":["app"]'),
    ],
  ])('%s', (_, template, expected) => {
    expect(statusOfTemplate(template)).toBe(expected)
  })

  test('contains the revision', () => {
    expect(statusOfTemplate('metadata: {}', { revision: 'canary' })).toBe(none.replace('"default"', '"canary"'))
  })

  test('contains the names of all templates together', () => {
    const templates = {
      a: 'spec: {containers: [{name: a, image: a}]}',
      b: 'spec: {containers: [{name: b, image: b}, {name: a}]}',
    }
    const text = statusOf({ config: { templates } }, { 'inject.istio.io/templates': 'a, b' })
    expect(JSON.parse(text ?? '').containers).toEqual(['b', 'a'])
  })

  test('can be overwritten by injectedAnnotations, like any annotation', () => {
    const injectedAnnotations = { own: 'configured', [status]: 'configured', 'istio.io/rev': 'configured' }
    const { pod } = injected(podWith({ own: 'pod', kept: 'x' }), {
      snapshot: snapshotOf({ config: { injectedAnnotations } }),
    })
    expect(pod.metadata?.annotations).toMatchObject({ ...injectedAnnotations, kept: 'x' })
  })

  test('comes with the config hash if enabled, which a later pass replaces or removes', () => {
    const name = 'outrigger.dev/config-hash'
    const [plain, stamping] = [snapshotOf({}), snapshotOf({ stampHash: true })]
    expect(stamping.hash).toBe(plain.hash)
    const first = injected(podWith({}), { snapshot: stamping }).pod
    expect(first.metadata?.annotations?.[name]).toBe(plain.hash)
    const other = snapshotOf({ stampHash: true, revision: 'canary' })
    expect(injected(first, { snapshot: other }).pod.metadata?.annotations?.[name]).toBe(other.hash)
    expect(injected(first, { snapshot: plain }).pod.metadata?.annotations).not.toHaveProperty([name])
  })
})

describe('the order of containers', () => {
  const init = (...all: string[]) => ({ initContainers: all.map((name) => ({ name })) })
  const cni = 'pilot.cni.enabled=true'
  test.each<[string, Configuration, readonly string[], readonly string[], readonly string[]]>([
    ['istio-init last', {}, ['b', 'a'], ['b', 'a', 'istio-init'], ['app', 'istio-proxy']],
    [
      'core dumps after istio-init',
      {},
      ['enable-core-dump', 'a'],
      ['a', 'istio-init', 'enable-core-dump'],
      ['app', 'istio-proxy'],
    ],
    ['istio-validation first', { set: [cni] }, ['b', 'a'], ['istio-validation', 'b', 'a'], ['app', 'istio-proxy']],
    [
      'istio-validation first, the others last',
      { set: [cni] },
      ['enable-core-dump', 'a', 'istio-init'],
      ['istio-validation', 'a', 'istio-init', 'enable-core-dump'],
      ['app', 'istio-proxy'],
    ],
    [
      'a native sidecar after istio-init',
      { nativeSidecars: 'enabled' },
      ['b', 'a'],
      ['istio-init', 'istio-proxy', 'b', 'a'],
      ['app'],
    ],
    [
      'a native sidecar with all of them',
      { nativeSidecars: 'enabled', set: [cni] },
      ['a', 'enable-core-dump', 'istio-init'],
      ['istio-init', 'istio-validation', 'istio-proxy', 'enable-core-dump', 'a'],
      ['app'],
    ],
  ])('%s', (_, configuration, own, inits, containers) => {
    const { pod } = injected(podWith({}, {}, init(...own)), { snapshot: snapshotOf(configuration) })
    expect(names(pod.spec?.initContainers)).toEqual(inits)
    expect(names(pod.spec?.containers)).toEqual(containers)
  })

  const first = ['istio-proxy', 'app']
  const last = ['app', 'istio-proxy']
  const hold = { holdApplicationUntilProxyStarts: true }
  const annotated = (value: boolean) => ({ 'proxy.istio.io/config': `holdApplicationUntilProxyStarts: ${value}` })
  const values = 'global.proxy.holdApplicationUntilProxyStarts=true'
  test.each<[string, Configuration, StringMap, readonly string[]]>([
    ['not held', {}, {}, last],
    ['held by the mesh', { mesh: { defaultConfig: hold } }, {}, first],
    ['held by the annotation', {}, annotated(true), first],
    ['the annotation takes precedence over the mesh', { mesh: { defaultConfig: hold } }, annotated(false), last],
    ['held by the values', { set: [values] }, {}, first],
    ['held by the values despite the annotation', { set: [values] }, annotated(false), first],
  ])('%s', (_, configuration, annotations, expected) => {
    const { pod } = injected(podWith(annotations), { snapshot: snapshotOf(configuration) })
    expect(names(pod.spec?.containers)).toEqual(expected)
  })
})
