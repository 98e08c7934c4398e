import { expect, test } from 'vitest'
import { inject } from '../../src/injection/inject.ts'
import { noFacts } from '../../src/injection/model/facts.ts'
import { patchText } from '../../src/kubernetes/patch/text.ts'
import { snapshotOf } from './support.ts'

test('reads a shallowly frozen pod again on every injection', () => {
  const http = { path: '/before', port: 80 }
  const lifecycle = Object.freeze({ postStart: Object.freeze({ httpGet: http }) })
  const own = Object.freeze({ name: 'istio-proxy', image: 'auto', lifecycle })
  const pod = Object.freeze({
    metadata: { name: 'web' },
    spec: Object.freeze({ containers: [{ name: 'app', image: 'app:1' }, own] }),
  })
  const snapshot = snapshotOf({ nativeSidecars: 'enabled' })
  const patch = () => patchText(inject({ pod, namespace: 'shop', path: '/inject' }, snapshot, noFacts).patch)
  expect(patch()).toContain('"/before"')
  http.path = '/after'
  expect(patch()).toContain('"/after"')
})
