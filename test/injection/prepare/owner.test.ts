import { describe, expect, test } from 'vitest'
import { ownerOf } from '../../../src/injection/prepare/owner.ts'
import type { JsonObject, StringMap } from '../../../src/lang/json.ts'
import { injected, proxyVariable } from '../support.ts'

const reference = (kind: string, name: string, apiVersion = 'apps/v1') => ({
  apiVersion,
  kind,
  name,
  uid: '1',
  controller: true,
})

function owner(ownerReferences: readonly JsonObject[], labels: StringMap = {}, metadata: JsonObject = {}) {
  const pod = { metadata: { name: 'own', generateName: 'web-', labels, ownerReferences, ...metadata } }
  const { kind, name, apiVersion } = ownerOf(pod, 'shop')
  return `${apiVersion} ${kind} ${name}`
}

describe('the workload of a pod', () => {
  const hash = { 'pod-template-hash': '5d4f' }
  test.each<[string, JsonObject, StringMap, string]>([
    ['a Deployment', reference('ReplicaSet', 'web-5d4f'), hash, 'apps/v1 Deployment web'],
    ['a standalone ReplicaSet', reference('ReplicaSet', 'web'), {}, 'apps/v1 ReplicaSet web'],
    [
      'a ReplicaSet with an empty hash',
      reference('ReplicaSet', 'web-'),
      { 'pod-template-hash': '' },
      'apps/v1 ReplicaSet web-',
    ],
    ['a ReplicaSet with another hash', reference('ReplicaSet', 'web-77'), hash, 'apps/v1 ReplicaSet web-77'],
    [
      'a Rollout',
      reference('ReplicaSet', 'web-5d4f'),
      { 'rollouts-pod-template-hash': '5d4f' },
      'v1alpha1 Rollout web',
    ],
    [
      'a StatefulSet with a hash in its name',
      reference('StatefulSet', 'web-5d4f'),
      hash,
      'apps/v1 StatefulSet web-5d4f',
    ],
    [
      'a DeploymentConfig',
      reference('ReplicationController', 'web-1', 'v1'),
      { deploymentconfig: 'web' },
      'v1 DeploymentConfig web',
    ],
    ['a ReplicationController', reference('ReplicationController', 'web', 'v1'), {}, 'v1 ReplicationController web'],
    ['a CronJob', reference('Job', 'daily-28401234', 'batch/v1'), {}, 'batch/v1 CronJob daily'],
    [
      'a CronJob of an older version',
      reference('Job', 'daily-1234567890', 'batch/v1beta1'),
      {},
      'batch/v1 CronJob daily',
    ],
    ['a Job with seven digits', reference('Job', 'daily-1234567', 'batch/v1'), {}, 'batch/v1 Job daily-1234567'],
    [
      'a Job with eleven digits',
      reference('Job', 'daily-12345678901', 'batch/v1'),
      {},
      'batch/v1 Job daily-12345678901',
    ],
    ['a Job without a name before the digits', reference('Job', '-28401234', 'batch/v1'), {}, 'batch/v1 Job -28401234'],
    ['a DaemonSet', reference('DaemonSet', 'agent'), {}, 'apps/v1 DaemonSet agent'],
    ['an owner of an unknown kind', reference('Thing', 'x', 'example.com/v2'), {}, 'example.com/v2 Thing x'],
    ['an owner without a name', reference('Thing', '', 'example.com/v2'), {}, 'example.com/v2 Thing own'],
  ])('%s', (_, ownerReference, labels, expected) => {
    expect(owner([ownerReference], labels)).toBe(expected)
  })

  test('is the first controller, and only for a pod with generateName', () => {
    const [plain, first, second] = [reference('Node', 'n', 'v1'), reference('Foo', 'f'), reference('Bar', 'b')]
    expect(
      owner([
        { ...plain, controller: false },
        { ...plain, controller: null },
      ]),
    ).toBe('v1 Pod own')
    expect(owner([{ ...plain, controller: false }, first, second])).toBe('apps/v1 Foo f')
    expect(owner([first], {}, { generateName: '' })).toBe('v1 Pod own')
    expect(owner([first], {}, { generateName: null })).toBe('v1 Pod own')
    expect(owner([])).toBe('v1 Pod own')
  })
})

test('a pod without a name has no workload', () => {
  const { pod } = injected({ metadata: { labels: {} }, spec: { containers: [{ name: 'app' }] } })
  expect(proxyVariable(pod, 'ISTIO_META_WORKLOAD_NAME')).toBeUndefined()
  expect(proxyVariable(pod, 'ISTIO_META_OWNER')).toBeUndefined()
  expect(pod.metadata?.labels?.['service.istio.io/canonical-name']).toBe('')
})
