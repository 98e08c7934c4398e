import { describe, expect, test } from 'vitest'
import { dropZeros } from '../../../src/kubernetes/merge/drop-zeros.ts'
import { mergePod } from '../../../src/kubernetes/merge/merge.ts'
import { struct } from '../../../src/kubernetes/schema/schema.ts'
import type { JsonObject } from '../../../src/lang/json.ts'
import { deepFreeze } from '../../../src/lang/json-data.ts'

const probe = { initialDelaySeconds: 0, periodSeconds: 1, httpGet: { path: '/', port: 0 } }

const patch = (): JsonObject => ({
  metadata: { labels: { a: '' }, annotations: null },
  spec: {
    hostNetwork: false,
    containers: [{ name: 'proxy', readinessProbe: { ...probe }, startupProbe: null, env: [{ name: 'A', value: '' }] }],
    volumes: [
      { name: 'data', emptyDir: { $patch: 'delete' } },
      { $patch: 'delete', name: 'old' },
    ],
  },
})

const merge = (document: JsonObject) =>
  mergePod({ spec: { volumes: [{ name: 'old' }] } }, dropZeros(struct('Pod'), document))

describe('a patch of frozen parts, which many pods share', () => {
  test('merges as any other, each time', () => {
    const shared = deepFreeze(patch())
    for (let time = 0; time < 3; time++) expect(merge(shared)).toEqual(merge(patch()))
  })

  test('gives the very same parts each time', () => {
    const shared = deepFreeze(patch())
    const container = (pod: JsonObject) => (pod['spec'] as { containers: JsonObject[] }).containers[0]
    expect(container(merge(shared))).toBe(container(merge(shared)))
    expect(Object.isFrozen(container(merge(shared)))).toBe(true)
  })

  test('means what it means where it stands', () => {
    const shared = deepFreeze({ ...probe })
    const labels = { metadata: { labels: shared } }
    const container = { spec: { containers: [{ name: 'proxy', readinessProbe: shared }] } }
    const drop = (document: JsonObject) => dropZeros(struct('Pod'), document)
    for (const document of [labels, container, labels, container]) {
      expect(drop(document)).toEqual(drop(structuredClone(document)))
    }
  })
})
