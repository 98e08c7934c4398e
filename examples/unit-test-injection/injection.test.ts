import { join } from 'node:path'
import { createInjector, defaultValues, mergeValues } from 'outrigger'
import { loadReview, reviewFor } from 'outrigger/testing'
import { expect, test } from 'vitest'
import 'outrigger/testing/vitest'

// The settings of our mesh; read your own files here.
const injector = createInjector({ values: mergeValues(defaultValues, { global: { tag: '1.27.1' } }) })

const pod = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } }

test('the storefront gets our proxy, with the CPU that it asks for', () => {
  const review = loadReview(join(import.meta.dirname, 'deployment.yaml'))
  const answered = { ...review, ...injector.review(review) }
  expect(answered).toBeInjected()
  expect(answered).toHaveContainer('istio-proxy', {
    image: expect.stringMatching(/:1\.27\.1$/),
    resources: { requests: { cpu: '0.05' } },
  })
  // Its probe goes through the proxy's agent.
  expect(answered).toHaveContainer('web', { readinessProbe: { httpGet: { path: '/app-health/web/readyz' } } })
})

test('a pod on the host network is left alone', () => {
  const injection = injector.inject({ ...pod, spec: { ...pod.spec, hostNetwork: true } }, { namespace: 'shop' })
  expect(injection).toBeSkipped('host-network')
  expect(injection).not.toHaveContainer('istio-proxy')
})

test('a misspelt port is denied, and the message says which annotation is wrong', () => {
  const annotations = { 'traffic.sidecar.istio.io/excludeOutboundPorts': 'postgres' }
  const review = reviewFor({ ...pod, metadata: { annotations } }, { namespace: 'shop' })
  expect(injector.review(review)).toBeDenied('traffic.sidecar.istio.io/excludeOutboundPorts')
})

test('injecting an injected pod changes nothing', () => {
  const once = injector.inject(pod, { namespace: 'shop' })
  expect(injector.inject(once.pod, { namespace: 'shop' })).toMatchPod(once.pod)
})
