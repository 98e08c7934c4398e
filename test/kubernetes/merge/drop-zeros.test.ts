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
