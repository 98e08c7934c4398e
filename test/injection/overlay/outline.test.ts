import { expect, test } from 'vitest'
import { outline } from '../../../src/injection/overlay/outline.ts'
import { mergePod } from '../../../src/kubernetes/merge/merge.ts'
import type { JsonObject } from '../../../src/lang/json.ts'

test('an outline has the names of what is injected, and nothing else', () => {
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
  ['a container deleted', { containers: [{ name: 'a', $patch: 'delete' }] }],
  ['a list replaced', { containers: [{ $patch: 'replace' }, { name: 'b' }] }],
  ['an order', { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }], containers: [{ name: 'b' }] }],
  ['lists retained', { $retainKeys: ['containers'], containers: [{ name: 'b' }] }],
  ['the whole spec replaced', { $patch: 'replace', volumes: [{ name: 'v', secret: { secretName: 's' } }] }],
  ['a list removed', { volumes: null }],
])('outlines merge to the outline of the merged pods: %s', (_, spec) => {
  const first = { spec: { containers: [{ name: 'a', image: 'a' }], volumes: [{ name: 'w', emptyDir: {} }] } }
  const whole = mergePod(mergePod({}, first), { spec })
  expect(mergePod(mergePod({}, outline(first)), outline({ spec }))).toEqual(outline(whole))
})

test('what is no pod stays as it is, for the merge to refuse', () => {
  expect(outline({ spec: 'x' })).toEqual({ spec: 'x' })
  expect(outline({ spec: { containers: ['x'], volumes: {} } })).toEqual({ spec: { containers: ['x'], volumes: {} } })
})
