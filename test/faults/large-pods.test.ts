import { describe, expect, test } from 'vitest'
import { loadSnapshot } from '../../src/config/load.ts'
import { inject } from '../../src/injection/inject.ts'
import { noFacts } from '../../src/injection/model/facts.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { isReviewFault } from '../../src/webhook/admission/review.ts'
import { hugeReview } from './huge-pods.ts'
import { answering, reviewCost, reviewOf } from './support.ts'

const answer = answering()

function answered(text: string) {
  const result = answer(JSON.parse(text), '/inject')
  if (isReviewFault(result)) throw new Error(result.fault)
  return result
}

// large-pods.e2e.test.ts has all shapes; building those of 6 MiB takes long.
const worst = [
  'the container names in a status',
  'the container names in a status, of 220 KiB',
  'a ProxyConfig in YAML, of 220 KiB',
  'proxyMetadata in the annotation, of 220 KiB',
  'user volumes, of 220 KiB',
  'a thousand containers',
  'ten thousand ports',
  '33,000 variables of the proxy',
]

test.each(worst)('answers a pod with %s in less than a second', async (shape) => {
  expect(await reviewCost(answer, hugeReview(shape), 1000)).toBeLessThan(1000)
})

describe('denies a pod that is larger than a cluster can store or run, and reports the limit', () => {
  test.each([
    ['environment variables', 'more than 100000 values'],
    ['stored overrides', 'its annotations have more than 262144 bytes'],
    ['one label', 'its labels have more than 262144 bytes'],
    ['its name', 'its names have more than 262144 bytes'],
  ])('%s', (shape, limit) => {
    const { decision } = answered(hugeReview(shape))
    expect(decision).toMatchObject({ result: 'denied', reason: 'invalid-pod' })
    expect(decision.message).toContain('the pod is too large to be injected: ')
    expect(decision.message).toContain(limit)
  })

  test('containers', () => {
    const containers = Array.from({ length: 1001 }, (_, index) => ({ name: `c${index}`, image: 'app' }))
    const { decision } = answered(reviewOf({ metadata: { name: 'a' }, spec: { containers } }))
    expect(decision.message).toContain('it has 1001 containers; the limit is 1000')
  })

  test('templates', () => {
    const names = Array.from({ length: 33 }, () => 'sidecar').join(',')
    const metadata = { name: 'a', annotations: { 'inject.istio.io/templates': names } }
    const { decision } = answered(reviewOf({ metadata, spec: { containers: [{ name: 'app', image: 'app' }] } }))
    expect(decision).toMatchObject({ result: 'denied', reason: 'invalid-annotation' })
    expect(decision.message).toContain('names 33 templates; the limit is 32')
  })
})

test('leaves a large pod with injection disabled alone', () => {
  const metadata = {
    name: 'a',
    labels: { 'sidecar.istio.io/inject': 'false' },
    annotations: { data: 'x'.repeat(300_000) },
  }
  const { decision } = answered(reviewOf({ metadata, spec: { containers: [{ name: 'app', image: 'app' }] } }))
  expect(decision.reason).toBe('refused-by-label')
})

test('injects a pod with ten thousand ports and lists every one in ISTIO_META_POD_PORTS', () => {
  const { decision, injection } = answered(hugeReview('ten thousand ports'))
  expect(decision.result).toBe('injected')
  const ports = /"name":"ISTIO_META_POD_PORTS","value":("(?:[^"\\]|\\.)*")/.exec(JSON.stringify(injection?.pod))?.[1]
  expect(JSON.parse(JSON.parse(ports ?? '"[]"'))).toHaveLength(10_000)
})

test('denies a pod with too many values only if it would be injected', () => {
  const env = Array.from({ length: 60_000 }, (_, index) => ({ name: `V${index}`, value: 'x' }))
  const containers = [{ name: 'web', image: 'web:1', env }]
  const decide = (pod: JsonObject) =>
    inject({ pod, namespace: 'shop', path: '/inject' }, loadSnapshot({}).snapshot, noFacts).decision
  const labels = { 'sidecar.istio.io/inject': 'false' }
  expect(decide({ metadata: { labels }, spec: { containers } }).reason).toBe('refused-by-label')
  expect(decide({ spec: { containers, hostNetwork: true } }).reason).toBe('host-network')
  expect(decide({ spec: { containers } })).toMatchObject({ result: 'denied', reason: 'invalid-pod' })
})
