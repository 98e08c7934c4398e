import { expect, test } from 'vitest'
import { mergeContainer, mergePod, strategicMerge } from '../../../src/kubernetes/merge/merge.ts'
import { unionOf } from '../../../src/kubernetes/merge/shape.ts'
import { struct } from '../../../src/kubernetes/schema/schema.ts'
import type { JsonObject } from '../../../src/lang/json.ts'

const exec = { exec: { command: ['a'] } }
const httpGet = { httpGet: { port: 80 } }

/** Two values of a field of a container of which the second replaces the first, and the result. */
const replaced: readonly (readonly [string, JsonObject, JsonObject, JsonObject])[] = [
  [
    'the handler of a probe',
    { livenessProbe: { ...exec, periodSeconds: 5 } },
    { livenessProbe: httpGet },
    { livenessProbe: { periodSeconds: 5, ...httpGet } },
  ],
  [
    'the handler of a hook',
    { lifecycle: { preStop: exec, postStart: exec } },
    { lifecycle: { preStop: { sleep: { seconds: 5 } } } },
    { lifecycle: { preStop: { sleep: { seconds: 5 } }, postStart: exec } },
  ],
  [
    'the value of a variable',
    { env: [{ name: 'A', value: 'a' }] },
    { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
    { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
  ],
  [
    'the source of a variable',
    { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
    { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] },
    { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] },
  ],
  [
    'the profile of another type',
    { securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: 'p' } } },
    { securityContext: { seccompProfile: { type: 'RuntimeDefault' } } },
    { securityContext: { seccompProfile: { type: 'RuntimeDefault' } } },
  ],
]

test.each(replaced)('%s is replaced as a whole', (_, original, patch, result) => {
  const container = (fields: JsonObject) => ({ name: 'app', ...fields })
  expect(mergeContainer(container(original), container(patch))).toEqual(container(result))
  const pod = (fields: JsonObject) => ({ spec: { containers: [container(fields)] } })
  expect(mergePod(pod(original), pod(patch))).toEqual(pod(result))
})

test('the source of a volume is replaced, one of the same kind is merged', () => {
  const pod = (volume: JsonObject) => ({ spec: { volumes: [{ name: 'a', ...volume }] } })
  const disk = pod({ emptyDir: { sizeLimit: '1Gi' } })
  expect(mergePod(disk, pod({ csi: { driver: 'd' } }))).toEqual(pod({ csi: { driver: 'd' } }))
  expect(mergePod(disk, pod({ emptyDir: { medium: 'Memory' } }))).toEqual(
    pod({ emptyDir: { sizeLimit: '1Gi', medium: 'Memory' } }),
  )
})

test('a patch that sets no member, or removes one, leaves the others', () => {
  const container = { name: 'app', livenessProbe: exec }
  expect(mergeContainer(container, { name: 'app', livenessProbe: { periodSeconds: 5 } })).toEqual({
    name: 'app',
    livenessProbe: { ...exec, periodSeconds: 5 },
  })
  expect(mergeContainer(container, { name: 'app', livenessProbe: { httpGet: null } })).toEqual(container)
})

test("Kubernetes' own merge keeps both members", () => {
  const [original, patch] = [{ livenessProbe: exec }, { livenessProbe: httpGet }]
  expect(strategicMerge(struct('Container'), original, patch)).toEqual({ livenessProbe: { ...exec, ...httpGet } })
})

test('the schema has the unions of a pod', () => {
  const membersOf = (name: string) => [...(unionOf(name)?.members ?? [])]
  expect(membersOf('Probe')).toEqual(['exec', 'httpGet', 'tcpSocket', 'grpc'])
  expect(membersOf('EnvVar')).toEqual(['value', 'valueFrom'])
  expect(membersOf('Volume').length).toBeGreaterThan(25)
  expect(membersOf('Volume')).not.toContain('name')
  expect(membersOf('Container')).toEqual([])
  expect(unionOf('AppArmorProfile')?.discriminator).toBe('type')
})
