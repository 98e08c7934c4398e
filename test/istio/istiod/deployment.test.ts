import { expect, test } from 'vitest'
import { discoveryContainer, readDiscovery } from '../../../src/istio/istiod/deployment.ts'
import { istiodName } from '../../../src/istio/revisions/names.ts'
import type { JsonObject } from '../../../src/lang/json.ts'

const id = { namespace: 'istio-system', name: 'istiod' }

const deployment = (...containers: readonly JsonObject[]): JsonObject => ({
  kind: 'Deployment',
  spec: { template: { spec: { containers } } },
})

test.each([
  ['', 'istiod'],
  ['default', 'istiod'],
  ['1-27-1', 'istiod-1-27-1'],
])('the Deployment of revision %j is %s', (revision, name) => {
  expect(istiodName(revision)).toBe(name)
})

test('only the container discovery counts, and only what is read of it', () => {
  const container = {
    name: 'discovery',
    image: 'pilot:1.27.1',
    env: [{ name: 'PLATFORM', value: 'openshift' }],
    args: [],
  }
  const found = discoveryContainer(deployment({ name: 'proxy', image: 'other' }, container))
  expect(found).toEqual({ image: 'pilot:1.27.1', env: [{ name: 'PLATFORM', value: 'openshift' }] })
  expect(discoveryContainer(deployment({ name: 'proxy' }))).toBeUndefined()
  expect(discoveryContainer({})).toBeUndefined()
})

test('the last entry of a variable counts, an empty one is unset, and what comes from elsewhere is unknown', () => {
  const env = [
    { name: 'ENABLE_NATIVE_SIDECARS', value: 'true' },
    { name: 'ENABLE_NATIVE_SIDECARS', value: 'false' },
    { name: 'PLATFORM', value: '' },
    { name: 'COMPLIANCE_POLICY', value: 'pqc' },
    { name: 'COMPLIANCE_POLICY', valueFrom: { configMapKeyRef: { name: 'a', key: 'b' } } },
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'GODEBUG', value: 'x' },
    'not an entry',
  ]
  expect(readDiscovery(id, { image: 'pilot:1.27.1', env })).toEqual({
    ...id,
    image: 'pilot:1.27.1',
    environment: { ENABLE_NATIVE_SIDECARS: 'false' },
    valuesFrom: ['COMPLIANCE_POLICY'],
    hasEnvFrom: false,
  })
  expect(readDiscovery(id, { envFrom: [{ secretRef: { name: 'a' } }] })).toMatchObject({ image: '', hasEnvFrom: true })
})
