import { expect, test } from 'vitest'
import { dropZeros } from '../../../src/kubernetes/merge/drop-zeros.ts'
import { mergePod } from '../../../src/kubernetes/merge/merge.ts'
import { struct } from '../../../src/kubernetes/schema/schema.ts'
import type { Json, JsonObject } from '../../../src/lang/json.ts'
import { deepFreeze } from '../../support/deep-freeze.ts'

const pod = (container: JsonObject): JsonObject => deepFreeze({ spec: { containers: [{ name: 'a', ...container }] } })
const merged = (original: JsonObject, patch: JsonObject): Json =>
  mergePod(pod(original), dropZeros(struct('Pod'), pod(patch)))

test('a zero that Kubernetes omits is removed, and removes another value', () => {
  const zeros = {
    tty: false,
    workingDir: '',
    readinessProbe: { initialDelaySeconds: 0, periodSeconds: 2 },
    env: [{ name: 'X', value: '' }],
    ports: [{ containerPort: 1, hostPort: 0 }],
    envFrom: [{ prefix: '', secretRef: { name: 's' } }],
  }
  const rest = {
    readinessProbe: { periodSeconds: 2 },
    env: [{ name: 'X' }],
    ports: [{ containerPort: 1 }],
    envFrom: [{ secretRef: { name: 's' } }],
  }
  expect(merged({}, zeros)).toEqual(pod(rest))
  const values = {
    tty: true,
    workingDir: '/',
    readinessProbe: { initialDelaySeconds: 3 },
    ports: [{ containerPort: 1, hostPort: 1 }],
  }
  expect(merged(values, zeros)).toEqual(pod(rest))
})

test('zeros with a meaning stay', () => {
  const patch = {
    securityContext: { runAsUser: 0, privileged: false, capabilities: { add: [] } },
    args: [''],
    env: [],
    ports: [{ containerPort: 0 }],
    resources: {},
    newer: { zero: 0, text: '' },
  }
  const frozen = pod(patch)
  expect(dropZeros(struct('Pod'), frozen)).toBe(frozen)
  const labels = deepFreeze({ metadata: { labels: { a: '' } }, spec: { volumes: [{ name: 'v', emptyDir: {} }] } })
  expect(dropZeros(struct('Pod'), labels)).toBe(labels)
})

test('nulls stay, and so do zeros of another type, which the merge refuses', () => {
  const patch = pod({ image: null, workingDir: 0 })
  expect(dropZeros(struct('Pod'), patch)).toBe(patch)
  expect(() => merged({}, { workingDir: 0 })).toThrow('spec.containers[0].workingDir: must be a string, not 0')
})

test('a divisor that is unset is 0, as Kubernetes writes it, unless a directive decides', () => {
  const env = (ref: JsonObject): JsonObject => ({ env: [{ name: 'X', valueFrom: { resourceFieldRef: ref } }] })
  const resource = 'limits.cpu'
  expect(merged({}, env({ resource }))).toEqual(pod(env({ resource, divisor: '0' })))
  expect(merged({}, env({ resource, divisor: null }))).toEqual(pod(env({ resource, divisor: '0' })))
  expect(merged({}, env({ resource, divisor: '1m' }))).toEqual(pod(env({ resource, divisor: '1m' })))
  expect(merged({}, env({ resource, divisor: 0 }))).toEqual(pod(env({ resource, divisor: 0 })))
  const kept = env({ resource, divisor: '1' })
  expect(merged(kept, env({ resource, $patch: 'merge' }))).toEqual(pod(kept))
  const limit = { volumes: [{ name: 'v', emptyDir: {} }] }
  expect(dropZeros(struct('PodSpec'), limit)).toEqual(limit)
})
