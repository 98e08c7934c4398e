import { describe, expect, test } from 'vitest'
import type { Pod } from '../../../src/kubernetes/pod/types.ts'
import type { JsonObject, StringMap } from '../../../src/lang/json.ts'
import { type Configuration, container, injected, podWith, snapshotOf } from '../support.ts'

const cni: Configuration = { set: ['pilot.cni.enabled=true'] }
const tproxy = { 'sidecar.istio.io/interceptionMode': 'TPROXY' }
const none = { 'sidecar.istio.io/interceptionMode': 'NONE' }

function inject(securityContext: JsonObject, configuration: Configuration = {}, annotations: StringMap = {}): Pod {
  const own = { name: 'istio-proxy', image: 'auto', securityContext }
  const containers = [{ name: 'app' }, own]
  return injected(podWith(annotations, {}, { containers }), { snapshot: snapshotOf(configuration) }).pod
}

function user(pod: Pod, name: string): readonly unknown[] {
  const { securityContext, args } = container(pod, name)
  const at = args?.indexOf('-u') ?? -1
  return [securityContext?.runAsUser, securityContext?.runAsGroup, ...(at < 0 ? [] : [args?.[at + 1]])]
}

const both = { runAsUser: 5, runAsGroup: 6 }

describe.each<[string, Configuration, string, readonly unknown[]]>([
  ['istio-init', {}, 'istio-init', [0, 0]],
  ['istio-validation', cni, 'istio-validation', [5, 6]],
])('a custom user, with %s', (_, configuration, init, expected) => {
  test.each([{ nativeSidecars: 'disabled' as const }, { nativeSidecars: 'enabled' as const }])('%j', (mode) => {
    const pod = inject(both, { ...configuration, ...mode })
    expect(user(pod, 'istio-proxy')).toEqual([5, 6])
    expect(user(pod, init)).toEqual([...expected, '5'])
  })

  test('TPROXY requires root for the proxy; the rules still contain the user', () => {
    for (const pod of [
      inject(both, configuration, tproxy),
      inject(both, { ...configuration, mesh: { defaultConfig: { interceptionMode: 'TPROXY' } } }),
    ]) {
      expect(user(pod, 'istio-proxy')).toEqual([0, 6])
      expect(user(pod, init)[2]).toBe('5')
      // Nothing is copied in this mode.
      expect(user(pod, init).slice(0, 2)).toEqual(init === 'istio-init' ? [0, 0] : [1337, 1337])
    }
  })
})

test.each<[string, JsonObject, StringMap, readonly unknown[], readonly unknown[]]>([
  ['only a user', { runAsUser: 5 }, {}, [5, 1337], [5, 1337, '5']],
  ['only a group', { runAsGroup: 6 }, {}, [1337, 6], [1337, 6, '1337']],
  ['root', { runAsUser: 0 }, {}, [0, 1337], [0, 1337, '1337']],
  ['null, which is unset', { runAsUser: null, runAsGroup: null }, {}, [1337, 1337], [1337, 1337, '1337']],
  ['no fields', {}, {}, [1337, 1337], [1337, 1337, '1337']],
  ['only a group, with TPROXY', { runAsGroup: 6 }, tproxy, [0, 6], [1337, 1337, '1337']],
])('istio-validation gets what is set: %s', (_, own, annotations, proxy, validation) => {
  const pod = inject(own, cni, annotations)
  expect(user(pod, 'istio-proxy')).toEqual(proxy)
  expect(user(pod, 'istio-validation')).toEqual(validation)
})

test('keeps user and group without traffic capture', () => {
  expect(user(inject(both, {}, none), 'istio-proxy')).toEqual([5, 6])
  expect(user(inject(both, { mesh: { defaultConfig: { interceptionMode: 'TPROXY' } } }, none), 'istio-proxy')).toEqual([
    5, 6,
  ])
})

test('a second pass keeps a custom user, and does not mistake an injected one for it', () => {
  for (const configuration of [{}, cni]) {
    for (const annotations of [{}, tproxy, { 'sidecar.istio.io/capNetBindService': 'true' }]) {
      const snapshot = snapshotOf(configuration)
      expect(injected(inject(both, configuration, annotations), { snapshot }).patch).toEqual([])
      const plain = injected(podWith(annotations), { snapshot }).pod
      expect(injected(plain, { snapshot }).patch).toEqual([])
    }
  }
})
