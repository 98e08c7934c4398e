import jsonPatch, { type Operation } from 'fast-json-patch'
import { describe, expect, test } from 'vitest'
import { ownerOf } from '../../../src/injection/prepare/owner.ts'
import type { Pod } from '../../../src/kubernetes/pod/types.ts'
import { injectManifest } from '../../../src/kubernetes/workloads/inject.ts'
import { apiVersionOf, workloadKind, workloadKinds } from '../../../src/kubernetes/workloads/kinds.ts'
import { diffManifest } from '../../../src/kubernetes/workloads/patch.ts'
import { podPlaces } from '../../../src/kubernetes/workloads/places.ts'
import { podAt, replaceAt } from '../../../src/kubernetes/workloads/pod.ts'
import { type Json, type JsonObject, lookup } from '../../../src/lang/json.ts'
import { deepFreeze } from '../../support/deep-freeze.ts'

function manifest(kind: string, template: JsonObject = { metadata: { labels: { app: 'web' } }, spec }): JsonObject {
  const record = workloadKind(kind)
  if (record === undefined) throw new Error(`${kind} is not a workload kind`)
  const workload = { apiVersion: apiVersionOf(record), kind, metadata: { name: 'web' }, spec: { keep: 1 } }
  return deepFreeze(replaceAt(workload, record.template, template) as JsonObject)
}

const spec = { containers: [{ name: 'web', image: 'web:1' }] }

/** Stands in for the injector: adds a label, an annotation and a container. */
function addSidecar(pod: JsonObject): { readonly pod: JsonObject } {
  const containers = lookup(pod, 'spec', 'containers')
  return {
    pod: {
      ...pod,
      metadata: {
        ...(lookup(pod, 'metadata') as JsonObject),
        labels: { ...((lookup(pod, 'metadata', 'labels') ?? {}) as JsonObject), injected: 'yes' },
        annotations: { status: 'done' },
      },
      spec: { containers: [...(containers as Json[]), { name: 'proxy' }] },
    },
  }
}

const injectedTemplate = {
  metadata: { labels: { app: 'web', injected: 'yes' }, annotations: { status: 'done' } },
  spec: { containers: [{ name: 'web', image: 'web:1' }, { name: 'proxy' }] },
}

describe.each(workloadKinds.map(({ kind }) => kind))('%s', (kind) => {
  const workload = manifest(kind)

  test("its pod's owner is the workload itself, as in a cluster", () => {
    const [place] = podPlaces(workload)
    const pod = podAt(place ?? { path: [], workload: {}, kind: undefined })
    const { name, kind: ownerKind } = ownerOf(pod as Pod, 'shop')
    expect([ownerKind, name]).toEqual([kind, 'web'])
  })

  test('the injected pod is put back without the fields that only a controller sets', () => {
    const { manifest: injected } = injectManifest(workload, 'shop', addSidecar)
    expect(injected).toEqual(manifest(kind, injectedTemplate))
  })

  test('the patch of the manifest results in the injected manifest', () => {
    const { manifest: injected } = injectManifest(workload, 'shop', addSidecar)
    const operations: Operation[] = JSON.parse(JSON.stringify(diffManifest(workload, injected)))
    expect(jsonPatch.applyPatch(copy(workload), operations, true).newDocument).toEqual(injected)
  })
})

test('if no pod changes, the manifest is the same object', () => {
  const workload = manifest('Deployment')
  expect(injectManifest(workload, 'shop', (pod) => ({ pod })).manifest).toBe(workload)
})

test("the template's own hash label and owner are kept", () => {
  const metadata = { name: 'odd', labels: { 'pod-template-hash': 'mine' }, ownerReferences: [{ name: 'x' }] }
  const { manifest: injected } = injectManifest(manifest('Deployment', { metadata, spec }), 'shop', addSidecar)
  const labels = { 'pod-template-hash': 'mine', injected: 'yes' }
  expect(lookup(injected, 'spec', 'template', 'metadata')).toEqual({
    ...metadata,
    labels,
    annotations: { status: 'done' },
  })
})

test('a template without metadata gets that of the injection, and nothing of the placeholder owner', () => {
  const { manifest: injected } = injectManifest(manifest('Deployment', { spec }), 'shop', addSidecar)
  const metadata = { labels: { injected: 'yes' }, annotations: { status: 'done' } }
  expect(lookup(injected, 'spec', 'template', 'metadata')).toEqual(metadata)
})

test('labels of a CronJob are in its jobTemplate unless its pod template has some', () => {
  const { manifest: injected } = injectManifest(manifest('CronJob', { spec }), 'shop', addSidecar)
  expect(lookup(injected, 'spec', 'jobTemplate', 'metadata', 'labels')).toEqual({ injected: 'yes' })
  expect(lookup(injected, 'spec', 'jobTemplate', 'spec', 'template', 'metadata')).toBeUndefined()
})

test('pods in Lists, nested ones too, are injected with the namespace of their manifest', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'own' }, spec }
  const service = { apiVersion: 'v1', kind: 'Service', spec: { template: { spec } } }
  const list = deepFreeze({
    kind: 'List',
    items: [service, { kind: 'PodList', apiVersion: 'v1', items: [pod] }, manifest('Job')],
  })
  const seen: string[] = []
  const { manifest: injected } = injectManifest(list, 'shop', (pod, namespace) => {
    seen.push(namespace)
    return addSidecar(pod)
  })
  expect(seen).toEqual(['own', 'shop'])
  expect(lookup(injected, 'kind')).toBe('List')
  const [first, second, third] = (lookup(injected, 'items') ?? []) as JsonObject[]
  expect(first).toBe(service)
  expect(lookup(second, 'items')).toHaveLength(1)
  expect(third).toEqual(manifest('Job', injectedTemplate))
  const operations: Operation[] = JSON.parse(JSON.stringify(diffManifest(list, injected)))
  expect(jsonPatch.applyPatch(copy(list), operations, true).newDocument).toEqual(injected)
})

test.each([
  ['a Deployment of another group', { apiVersion: 'example.com/v1', kind: 'Deployment', spec: { template: { spec } } }],
  ['a Deployment without a template', { apiVersion: 'apps/v1', kind: 'Deployment', spec: {} }],
  ['a ConfigMap with the word Pod', { apiVersion: 'v1', kind: 'ConfigMap', data: { kind: 'Pod' } }],
  ['a string', 'kind: Pod'],
  ['null', null],
])('%s has no pod', (_, value) => {
  expect(podPlaces(value)).toEqual([])
})

/** A patch is applied in place, and the fixtures share objects. */
function copy(value: Json): Json {
  return JSON.parse(JSON.stringify(value))
}
