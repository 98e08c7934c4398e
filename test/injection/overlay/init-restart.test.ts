import { expect, test } from 'vitest'
import type { Container } from '../../../src/kubernetes/pod/types.ts'
import { container, injected, podWith, snapshotOf } from '../support.ts'

/** A template whose istio-init restarts, and whose proxy is under one of the lists. */
const snapshotWith = (list: 'containers' | 'initContainers') =>
  snapshotOf({
    config: {
      defaultTemplates: ['old'],
      templates: {
        old: `spec:
  initContainers:
  - {name: istio-init, image: init, restartPolicy: Always}
  - {name: other, image: other, restartPolicy: Always}
  ${list === 'containers' ? 'containers:' : '# native'}
  - {name: istio-proxy, image: proxy${list === 'initContainers' ? ', restartPolicy: Always' : ''}}
`,
      },
    },
  })

const old = snapshotWith('containers')
const restarts = (pod: Parameters<typeof container>[0], name = 'istio-init') => container(pod, name)['restartPolicy']

test('an istio-init that a template lets restart runs once, where the proxy is no native sidecar', () => {
  const { pod } = injected(podWith(), { snapshot: old })
  expect(restarts(pod)).toBeUndefined()
  expect(restarts(pod, 'other')).toBe('Always')
  expect(injected(pod, { snapshot: old }).patch).toEqual([])
})

test('beside a native proxy the template means what it says', () => {
  expect(restarts(injected(podWith(), { snapshot: snapshotWith('initContainers') }).pod)).toBe('Always')
})

test('the pod author may let it restart, also after a second pass', () => {
  const own: Container = { name: 'istio-init', restartPolicy: 'Always' }
  const { pod } = injected(podWith({}, {}, { initContainers: [own] }), { snapshot: old })
  expect(restarts(pod)).toBe('Always')
  expect(injected(pod, { snapshot: old }).patch).toEqual([])
})

test("a container of that name that no template brings is the pod author's", () => {
  const own: Container = { name: 'istio-init', image: 'mine', restartPolicy: 'Always' }
  const snapshot = snapshotOf({ config: { defaultTemplates: ['none'], templates: { none: '{}' } } })
  expect(restarts(injected(podWith({}, {}, { initContainers: [own] }), { snapshot }).pod)).toBe('Always')
})
