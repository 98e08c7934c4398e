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
  if (record === undefined) throw new Error(`${kind} is no workload`)
  const workload = { apiVersion: apiVersionOf(record), kind, metadata: { name: 'web' }, spec: { keep: 1 } }
  return deepFreeze(replaceAt(workload, record.template, template) as JsonObject)
}

const spec = { containers: [{ name: 'web', image: 'web:1' }] }

/** Stands in for the injector: a label, an annotation and a container. */
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

  test('the injected pod goes back into its place without what only a controller sets', () => {
    const { manifest: injected } = injectManifest(workload, 'shop', addSidecar)
    expect(injected).toEqual(manifest(kind, injectedTemplate))
  })

  test('the patch of the manifest gives the injected manifest', () => {
    const { manifest: injected } = injectManifest(workload, 'shop', addSidecar)
    const operations: Operation[] = JSON.parse(JSON.stringify(diffManifest(workload, injected)))
    expect(jsonPatch.applyPatch(copy(workload), operations, true).newDocument).toEqual(injected)
  })
})

test('a pod that stays as it is leaves the manifest the same object', () => {
  const workload = manifest('Deployment')
  expect(injectManifest(workload, 'shop', (pod) => ({ pod })).manifest).toBe(workload)
})

test("the template's own hash label and owner survive", () => {
  const metadata = { name: 'odd', labels: { 'pod-template-hash': 'mine' }, ownerReferences: [{ name: 'x' }] }
  const { manifest: injected } = injectManifest(manifest('Deployment', { metadata, spec }), 'shop', addSidecar)
  const labels = { 'pod-template-hash': 'mine', injected: 'yes' }
  expect(lookup(injected, 'spec', 'template', 'metadata')).toEqual({
    ...metadata,
    labels,
    annotations: { status: 'done' },
  })
})

test('a template without metadata gets what the injection brings, and nothing of the made-up owner', () => {
  const { manifest: injected } = injectManifest(manifest('Deployment', { spec }), 'shop', addSidecar)
  const metadata = { labels: { injected: 'yes' }, annotations: { status: 'done' } }
  expect(lookup(injected, 'spec', 'template', 'metadata')).toEqual(metadata)
})

test('labels of a CronJob stand in its jobTemplate unless its pod template has some', () => {
  const { manifest: injected } = injectManifest(manifest('CronJob', { spec }), 'shop', addSidecar)
  expect(lookup(injected, 'spec', 'jobTemplate', 'metadata', 'labels')).toEqual({ injected: 'yes' })
  expect(lookup(injected, 'spec', 'jobTemplate', 'spec', 'template', 'metadata')).toBeUndefined()
})

test('Lists are looked through, nested ones too; a pod gets the namespace of its own manifest', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'own' }, spec }
  const service = { apiVersion: 'v1', kind: 'Service', spec: { template: { spec } } }
  const list = deepFreeze({
    kind: 'List',
    items: [service, { kind: 'PodList', apiVersion: 'v1', items: [pod] }, manifest('Job')],
  })
  const seen: string[] = []
  const { manifest: injected } = injectManifest(list, 'shop', (one, namespace) => {
    seen.push(namespace)
    return addSidecar(one)
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
  ['a ConfigMap that speaks of a Pod', { apiVersion: 'v1', kind: 'ConfigMap', data: { kind: 'Pod' } }],
  ['text', 'kind: Pod'],
  ['nothing', null],
])('%s holds no pod', (_, value) => {
  expect(podPlaces(value)).toEqual([])
})

/** The fixtures share objects, which a patch is applied to in place. */
function copy(value: Json): Json {
  return JSON.parse(JSON.stringify(value))
}
