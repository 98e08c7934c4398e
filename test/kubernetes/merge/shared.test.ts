import { describe, expect, test } from 'vitest'
import { dropZeros } from '../../../src/kubernetes/merge/drop-zeros.ts'
import { mergePod } from '../../../src/kubernetes/merge/merge.ts'
import { struct } from '../../../src/kubernetes/schema/schema.ts'
import { type JsonObject, lookup } from '../../../src/lang/json.ts'
import { share } from '../../../src/lang/shared.ts'

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

describe('a patch of shared parts', () => {
  test('merges like any other, each time', () => {
    const shared = share(patch())
    for (let time = 0; time < 3; time++) expect(merge(shared)).toEqual(merge(patch()))
  })

  test('results in the same objects each time', () => {
    const shared = share(patch())
    const container = (pod: JsonObject) => (pod['spec'] as { containers: JsonObject[] }).containers[0]
    expect(container(merge(shared))).toBe(container(merge(shared)))
    expect(Object.isFrozen(container(merge(shared)))).toBe(true)
  })

  test('has the meaning of the place where it is', () => {
    const shared = share({ ...probe })
    const labels = { metadata: { labels: shared } }
    const container = { spec: { containers: [{ name: 'proxy', readinessProbe: shared }] } }
    const drop = (document: JsonObject) => dropZeros(struct('Pod'), document)
    for (const document of [labels, container, labels, container]) {
      expect(drop(document)).toEqual(drop(structuredClone(document)))
    }
  })
})

describe('a patch that its owner has frozen', () => {
  /** Frozen only at the top: its parts may still change. */
  const frozen = () => {
    const probe: Record<string, number | null> = { periodSeconds: 1, timeoutSeconds: null }
    const spec = Object.freeze({ containers: Object.freeze([Object.freeze({ name: 'proxy', readinessProbe: probe })]) })
    return { document: { spec }, probe }
  }
  const containersOf = (pod: JsonObject) => lookup(pod, 'spec', 'containers')

  test('is merged with its current values', () => {
    const { document, probe } = frozen()
    merge(document)
    probe['periodSeconds'] = 2
    expect(containersOf(merge(document))).toEqual([{ name: 'proxy', readinessProbe: { periodSeconds: 2 } }])
  })

  test('loses its current zeros', () => {
    const { document, probe } = frozen()
    const drop = () => dropZeros(struct('Pod'), document)
    expect(containersOf(drop())).toEqual([
      { name: 'proxy', readinessProbe: { periodSeconds: 1, timeoutSeconds: null } },
    ])
    probe['periodSeconds'] = 0
    expect(containersOf(drop())).toEqual([
      { name: 'proxy', readinessProbe: { periodSeconds: null, timeoutSeconds: null } },
    ])
  })
})
