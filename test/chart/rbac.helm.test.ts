import { expect, test } from 'vitest'
import { isObject, type Json, type JsonObject, lookup, lookupString } from '../../src/lang/json.ts'
import { objects, ofKind } from './support/helm.ts'

/** `VERBS GROUP/RESOURCE[:NAMES]`, after the namespace or `*` for all of them. */
function rights(values: JsonObject, namespace = 'mesh'): readonly string[] {
  const rendered = objects(values, { namespace })
  const bindings = [...ofKind(rendered, 'ClusterRoleBinding'), ...ofKind(rendered, 'RoleBinding')]
  return bindings
    .flatMap((binding) => {
      const [account, ...others] = list(lookup(binding, 'subjects'))
      expect(others).toEqual([])
      expect(account).toMatchObject({ kind: 'ServiceAccount', namespace })
      const [kind, name] = [lookupString(binding, 'roleRef', 'kind'), lookupString(binding, 'roleRef', 'name')]
      const where = lookupString(binding, 'metadata', 'namespace')
      const role = ofKind(rendered, kind).find(
        ({ metadata }) => lookup(metadata, 'name') === name && lookupString(metadata, 'namespace') === where,
      )
      return list(lookup(role, 'rules')).map((rule) => {
        const names = words(lookup(rule, 'resourceNames'))
        const on = `${words(lookup(rule, 'apiGroups'))}/${words(lookup(rule, 'resources'))}${names && `:${names}`}`
        return `${where || '*'} ${words(lookup(rule, 'verbs'))} ${on}`
      })
    })
    .sort()
}

const read = 'list,watch'
const cluster = [`* ${read} /namespaces`, `* ${read} /nodes`, `* ${read} networking.istio.io/proxyconfigs`]
const webhooks = 'admissionregistration.k8s.io/mutatingwebhookconfigurations'
const secret = (name: string, namespace = 'mesh') => [
  `${namespace} create /secrets`,
  `${namespace} get,list,watch,update /secrets:${name}`,
]
const configMaps = (namespace: string, names: string) => [
  `${namespace} get,create,update /events`,
  `${namespace} get,list,watch /configmaps:${names}`,
]

const withoutManaged = { certificates: { mode: 'cert-manager' } }
const deployment = (namespace: string, name: string) => `${namespace} get,list,watch apps/deployments:${name}`
const patch = (...names: readonly string[]) => [
  `* get,list,watch ${webhooks}`,
  `* patch ${webhooks}:${names.join(',')}`,
]

interface Case {
  readonly values: JsonObject
  readonly rights: readonly string[]
  readonly namespace?: string
}

const cases: Readonly<Record<string, Case>> = {
  'nothing configured': {
    values: {},
    rights: [...cluster, ...patch('istio-revision-tag-outrigger-mesh'), ...secret('injector-outrigger-ca')],
  },
  'several tags': {
    values: { revision: '1-27-1', tags: ['outrigger', 'prod'] },
    rights: [
      ...cluster,
      ...patch('istio-revision-tag-outrigger-mesh', 'istio-revision-tag-prod-mesh'),
      ...secret('injector-outrigger-ca'),
    ],
  },
  'tags that move here, which keep the names that istiod or the tag commands gave them': {
    values: { externalTags: ['default'], istioNamespace: 'istio' },
    rights: [
      ...cluster,
      ...patch(
        'istio-revision-tag-outrigger-mesh',
        'istio-revision-tag-default',
        'istio-revision-tag-default-istio',
        'istio-revision-tag-default-mesh',
      ),
      ...secret('injector-outrigger-ca'),
    ],
  },
  'tags that move here, in the namespace of istiod': {
    namespace: 'istio-system',
    values: { externalTags: ['default'] },
    rights: [
      ...cluster,
      ...patch('istio-revision-tag-outrigger', 'istio-revision-tag-default'),
      ...secret('injector-outrigger-ca', 'istio-system'),
    ],
  },
  'a certificate that someone else looks after': { values: withoutManaged, rights: cluster },
  'nodes do not matter': {
    values: { ...withoutManaged, injector: { nativeSidecars: 'enabled' } },
    rights: cluster.filter((right) => !right.endsWith('/nodes')),
  },
  'its own ConfigMap': {
    values: { ...withoutManaged, injector: { mesh: { trustDomain: 'a' } } },
    rights: [...cluster, ...configMaps('mesh', 'injector-outrigger')],
  },
  "istiod's ConfigMaps and Deployment": {
    values: { ...withoutManaged, injector: { fromCluster: true } },
    rights: [
      ...cluster,
      ...configMaps('istio-system', 'istio-sidecar-injector,istio'),
      deployment('istio-system', 'istiod'),
    ],
  },
  'those of a revision in another namespace, with a shared mesh configuration': {
    values: {
      ...withoutManaged,
      revision: 'r',
      istioNamespace: 'istio',
      injector: { fromCluster: true, sharedMeshConfig: 'shared' },
    },
    rights: [
      ...cluster,
      ...configMaps('istio', 'istio-sidecar-injector-r,istio-r,shared'),
      deployment('istio', 'istiod-r'),
    ],
  },
  "istiod's ConfigMap beside its own": {
    values: { ...withoutManaged, injector: { fromCluster: true, config: { policy: 'disabled' } } },
    rights: [
      ...cluster,
      ...configMaps('mesh', 'injector-outrigger'),
      ...configMaps('istio-system', 'istio-sidecar-injector,istio'),
      deployment('istio-system', 'istiod'),
    ],
  },
  "only istiod's process": {
    values: {
      ...withoutManaged,
      injector: { fromCluster: true, existing: { config: 'a/one', values: 'a/one', mesh: 'a/one' } },
    },
    rights: [
      ...cluster,
      ...configMaps('a', 'one'),
      'istio-system get,create,update /events',
      deployment('istio-system', 'istiod'),
    ],
  },
  'ConfigMaps that are there, in two namespaces': {
    values: { ...withoutManaged, injector: { existing: { config: 'a/one', values: 'a/one', mesh: 'b/two' } } },
    rights: [...cluster, ...configMaps('a', 'one'), ...configMaps('b', 'two')],
  },
  'roles that someone else makes': { values: { rbac: { create: false } }, rights: [] },
}

test.each(Object.entries(cases))('the service account may do this and no more: %s', (_, one) => {
  expect(rights(one.values, one.namespace)).toEqual([...one.rights].sort())
})

function list(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

function words(value: Json | undefined): string {
  return Array.isArray(value) ? value.join(',') : ''
}
