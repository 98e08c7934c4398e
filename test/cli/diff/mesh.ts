import { onTestFinished } from 'vitest'
import { defaultValues } from '../../../src/config/defaults.ts'
import { createInjector } from '../../../src/injector.ts'
import { revisionConfiguration, tagConfiguration } from '../../../src/istio/revisions/webhooks.ts'
import { isObject, type JsonObject, lookupString, type StringMap } from '../../../src/lang/json.ts'
import { mergeValues } from '../../../src/lang/json-data.ts'
import { writeYaml } from '../../../src/lang/yaml/write.ts'
import { admitted, stored } from '../../explain/compare/stored.ts'
import { at } from '../../istio/revisions/sets.ts'
import { type ApiServer, startApiServer } from '../../support/api-server.ts'
import { outrigger } from '../support.ts'

/* A mesh that is about to move from 1-24-0, which the tag prod points to, to 1-25-0, to which canary does. */

/** What each revision's ConfigMap says on top of the default values. */
export const values: Readonly<Record<string, JsonObject>> = {
  '1-24-0': { global: { tag: '1.24.0' } },
  '1-25-0': { global: { tag: '1.25.0', proxy: { resources: { limits: { memory: '2Gi' } } }, network: 'east' } },
}

export const configurations = [
  revisionConfiguration(at('1-24-0', '/inject/cluster/c1')),
  revisionConfiguration(at('1-25-0', '/inject/cluster/c1')),
  tagConfiguration({ ...at('1-24-0', '/inject/cluster/c1'), tag: 'prod' }),
  tagConfiguration({ ...at('1-25-0', '/inject/cluster/c1'), tag: 'canary' }),
] as unknown as readonly JsonObject[]

export const configMaps = Object.keys(values).flatMap((revision) => [
  configMap(`istio-sidecar-injector-${revision}`, {
    config: 'policy: enabled',
    values: JSON.stringify(valuesOf(revision)),
  }),
  configMap(`istio-${revision}`, { mesh: '{}' }),
])

/** The istiod of a revision, with these variables. */
export function istiodOf(revision: string, variables: StringMap = {}): JsonObject {
  const name = `istiod-${revision}`
  const env = Object.entries({ REVISION: revision, ...variables }).map(([key, value]) => ({ name: key, value }))
  const image = `registry.istio.io/release/pilot:${revision.replaceAll('-', '.')}`
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'istio-system' },
    spec: { template: { spec: { containers: [{ name: 'discovery', image, env }] } } },
  }
}

export const istiods = Object.keys(values).map((revision) => istiodOf(revision))

function valuesOf(revision: string): JsonObject {
  return mergeValues(defaultValues, values[revision] ?? {})
}

export function configMap(name: string, data: StringMap): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'istio-system' }, data }
}

export function namespace(name: string, labels: StringMap = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }
}

export const namespaces = [namespace('shop', { 'istio.io/rev': 'prod' }), namespace('bare')]

/** A Deployment's pod, as its ReplicaSet creates it. */
export function podOf(deployment: string, at = 'shop', more: JsonObject = {}): JsonObject {
  const { labels, annotations, ...spec } = more
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${deployment}-6d4b75cb6d-`,
      namespace: at,
      labels: { app: deployment, 'pod-template-hash': '6d4b75cb6d', ...(isObject(labels) ? labels : {}) },
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${deployment}-6d4b75cb6d`, uid: 'u', controller: true },
      ],
    },
    spec: {
      containers: [
        {
          name: deployment,
          image: `${deployment}:1`,
          ports: [{ containerPort: 8080 }],
          readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
        },
      ],
      ...spec,
    },
  }
}

/** The pod as it runs, once a revision has injected it; `changed` is what its configuration said then. */
export function running(pod: JsonObject, revision: string, index = 0, changed: JsonObject = {}): JsonObject {
  const injector = createInjector({ revision, values: mergeValues(valuesOf(revision), changed) })
  const { pod: injected } = injector.inject(admitted(pod), { path: '/inject/cluster/c1' })
  return notInjected(injected, index)
}

export function notInjected(pod: JsonObject, index = 0): JsonObject {
  const generated = lookupString(pod, 'metadata', 'generateName')
  const name =
    generated === '' ? lookupString(pod, 'metadata', 'name') : `${generated}${String(index).padStart(5, 'a')}`
  const created = new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString()
  return stored(pod, { name, uid: `${lookupString(pod, 'metadata', 'namespace')}-${name}`, creationTimestamp: created })
}

/** A cluster with this mesh and these objects, and commands that run against it. */
export async function cluster(...objects: readonly JsonObject[]) {
  const server: ApiServer = await startApiServer()
  onTestFinished(() => server.close())
  for (const object of [...configurations, ...configMaps, ...istiods, ...namespaces, ...objects]) server.put(object)
  return {
    server,
    run: (...args: readonly string[]) => outrigger([...args, '--kubeconfig', server.kubeconfig]),
  }
}

/** The same objects as manifests. */
export function manifests(...objects: readonly JsonObject[]): string {
  return objects.map((object) => `---\n${writeYaml(object)}`).join('')
}
