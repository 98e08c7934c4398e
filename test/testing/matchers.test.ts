import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createInjector } from '../../src/injector.ts'
import { loadReview, reviewFor } from '../../src/testing/reviews.ts'
import '../../src/testing/vitest.ts'

const injector = createInjector({ nativeSidecars: 'enabled' })
const spec = { containers: [{ name: 'web', image: 'web:1' }] }
const web = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec }
const hostNetwork = { ...web, spec: { ...spec, hostNetwork: true } }
const invalid = { ...web, metadata: { annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': 'http' } } }

const injection = (pod: object) => injector.inject(pod, { namespace: 'shop' })
const answer = (pod: object) => injector.review(reviewFor(pod, { namespace: 'shop' }))
const answered = (pod: object) => {
  const review = reviewFor(pod, { namespace: 'shop' })
  return { ...review, ...injector.review(review) }
}

/** The message of a failing expectation. */
function failure(expectation: () => void): string {
  try {
    expectation()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  throw new Error('the expectation holds')
}

describe.each([
  ['an injection', injection],
  ['a response', answer],
  ['a review with its response', answered],
])('the decision of %s', (_, resultOf) => {
  test('satisfies only the matcher of its result', () => {
    expect(resultOf(web)).toBeInjected()
    expect(resultOf(web)).not.toBeSkipped()
    expect(resultOf(hostNetwork)).toBeSkipped()
    expect(resultOf(hostNetwork)).toBeSkipped('host-network')
    expect(resultOf(hostNetwork)).not.toBeSkipped('policy-disabled')
    expect(resultOf(invalid)).toBeDenied()
    expect(resultOf(invalid)).toBeDenied('excludeInboundPorts')
    expect(resultOf(invalid)).not.toBeDenied('excludeOutboundPorts')
    expect(resultOf(invalid)).not.toBeInjected()
  })

  test('is part of the failure message', () => {
    expect(failure(() => expect(resultOf(hostNetwork)).toBeInjected())).toBe(
      'expected the pod to be injected, but it is skipped (host-network): ' +
        'the pod uses the host network, whose routing a sidecar would change',
    )
    expect(failure(() => expect(resultOf(hostNetwork)).toBeSkipped('mirror-pod'))).toContain(
      'to be skipped (mirror-pod), but it is for another reason, skipped (host-network)',
    )
    expect(failure(() => expect(resultOf(invalid)).toBeDenied('proxyCPU'))).toMatch(
      /^expected the pod to be denied with "proxyCPU", but it is with another message, denied \(invalid-annotation\): .*excludeInboundPorts/,
    )
    expect(failure(() => expect(resultOf(web)).not.toBeInjected())).toContain(
      'not to be injected, but it is injected (',
    )
  })
})

describe.each([
  ['an injection', injection],
  ['a review with its response', answered],
  ['a pod', (pod: object) => injection(pod).pod],
])('the pod of %s', (_, resultOf) => {
  test('is searched for containers by name and fields', () => {
    expect(resultOf(web)).toHaveContainer('istio-proxy')
    expect(resultOf(web)).toHaveContainer('web', { image: 'web:1' })
    expect(resultOf(web)).not.toHaveContainer('istio')
    expect(resultOf(web)).toHaveContainer('istio-proxy', {
      image: expect.stringContaining('proxyv2'),
      resources: { limits: { cpu: 2 } },
      env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
      ports: [{ containerPort: 15090, name: 'http-envoy-prom' }],
      args: expect.arrayContaining(['sidecar']),
    })
  })

  test('is compared with the differing field paths', () => {
    const message = failure(() =>
      expect(resultOf(web)).toHaveContainer('istio-proxy', {
        image: expect.stringContaining('mine'),
        restartPolicy: 'Never',
        env: [{ name: 'POD_NAME', value: 'web' }, { name: 'MINE' }],
        args: ['proxy'],
      }),
    )
    const path = 'spec.initContainers[istio-proxy]'
    expect(message).toContain(`${path}.image\n  expected "StringContaining \\"mine\\""`)
    expect(message).toContain(`${path}.restartPolicy\n  expected "Never"\n  actual   "Always"`)
    expect(message).toContain(`${path}.env[POD_NAME].value\n  expected "web"\n  actual   (unset)`)
    expect(message).toContain(`${path}.env[MINE]\n`)
    expect(message).toContain(`${path}.args[1]\n  expected (unset)\n  actual   "sidecar"`)
  })

  test('is matched as a whole, with the differing field paths', () => {
    const { pod } = injection(web)
    expect(resultOf(web)).toMatchPod({ ...pod, status: {} })
    const message = failure(() =>
      expect(resultOf(web)).toMatchPod({ ...pod, spec: Object.assign({ hostIPC: true }, pod.spec) }),
    )
    expect(message).toBe('the pod is not as expected:\nspec.hostIPC\n  expected true\n  actual   (unset)')
  })
})

test('reports that a container is missing because the pod was not injected', () => {
  const message = failure(() => expect(injection(hostNetwork)).toHaveContainer('istio-proxy'))
  expect(message).toContain('the pod has no container istio-proxy, but container web\n')
  expect(message).toContain('The pod was not injected, but skipped (host-network)')
})

test('interprets the response of another webhook as an API server would', () => {
  const patch = Buffer.from('[{"op":"add","path":"/spec/x","value":1}]').toString('base64')
  const reviewWith = (response: object) => ({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response })
  expect(reviewWith({ allowed: true, patch })).toBeInjected()
  expect(reviewWith({ allowed: true })).toBeSkipped()
  expect(reviewWith({ allowed: false, status: { message: 'not here' } })).toBeDenied('not here')
})

test('rejects values without a result or a pod, and describes what it expects', () => {
  expect(() => expect('injected').toBeInjected()).toThrow('toBeInjected() expects the result of injector.inject()')
  expect(() => expect(web).not.toBeInjected()).toThrow('toBeInjected() expects the result of injector.inject()')
  expect(() => expect(answer(web)).toHaveContainer('web')).toThrow('{ ...review, ...injector.review(review) }')
})

test('builds a review of the pod of a workload as its controller would create it', () => {
  const file = join(import.meta.dirname, '../../examples/unit-test-injection/deployment.yaml')
  const review = loadReview(file)
  expect(review).toMatchObject({
    kind: 'AdmissionReview',
    request: {
      namespace: 'shop',
      operation: 'CREATE',
      object: { kind: 'Pod', metadata: { labels: { app: 'storefront' } } },
    },
  })
  expect({ ...review, ...injector.review(review) }).toHaveContainer('istio-proxy')
  expect(loadReview(join(import.meta.dirname, '../../examples/pod-review.json'))).toHaveProperty('request.uid')
  expect(reviewFor(web)).toHaveProperty('request.namespace', 'default')
  expect(() => reviewFor({ kind: 'Service', apiVersion: 'v1' })).toThrow('the Service holds neither')
})
