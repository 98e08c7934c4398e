import { expect, test } from 'vitest'
import { outline } from '../../../src/injection/overlay/outline.ts'
import { mergePod } from '../../../src/kubernetes/merge/merge.ts'
import type { JsonObject } from '../../../src/lang/json.ts'

test('contains the names of what is injected, and nothing else', () => {
  const patch = {
    metadata: { labels: { a: 'b' } },
    spec: {
      hostNetwork: false,
      initContainers: [{ name: 'istio-init', image: 'i' }],
      containers: [{ name: 'istio-proxy', env: [{ name: 'A', value: '1' }] }],
      volumes: [{ name: 'istio-envoy', emptyDir: null }],
      imagePullSecrets: [{ name: 'secret' }],
    },
  }
  expect(outline(patch)).toEqual({
    spec: {
      initContainers: [{ name: 'istio-init' }],
      containers: [{ name: 'istio-proxy' }],
      volumes: [{ name: 'istio-envoy' }],
      imagePullSecrets: [{ name: 'secret' }],
    },
  })
})

test.each<[string, JsonObject]>([
  ['a second template', { containers: [{ name: 'b', image: 'b' }] }],
  ['a deleted container', { containers: [{ name: 'a', $patch: 'delete' }] }],
  ['a replaced list', { containers: [{ $patch: 'replace' }, { name: 'b' }] }],
  ['a list order', { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }], containers: [{ name: 'b' }] }],
  ['retained lists', { $retainKeys: ['containers'], containers: [{ name: 'b' }] }],
  ['a replaced spec', { $patch: 'replace', volumes: [{ name: 'v', secret: { secretName: 's' } }] }],
  ['a removed list', { volumes: null }],
])('outlines of merged pods equal merged outlines: %s', (_, spec) => {
  const first = { spec: { containers: [{ name: 'a', image: 'a' }], volumes: [{ name: 'w', emptyDir: {} }] } }
  const merged = mergePod(mergePod({}, first), { spec })
  expect(mergePod(mergePod({}, outline(first)), outline({ spec }))).toEqual(outline(merged))
})

test('leaves anything but a pod as it is, for the merge to reject', () => {
  expect(outline({ spec: 'x' })).toEqual({ spec: 'x' })
  expect(outline({ spec: { containers: ['x'], volumes: {} } })).toEqual({ spec: { containers: ['x'], volumes: {} } })
})
