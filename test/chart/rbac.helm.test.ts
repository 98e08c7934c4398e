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
const secret = (name: string) => ['mesh create /secrets', `mesh get,list,watch,update /secrets:${name}`]
const configMaps = (namespace: string, names: string) => [
  `${namespace} get,create,update /events`,
  `${namespace} get,list,watch /configmaps:${names}`,
]

const cases: Readonly<Record<string, { readonly values: JsonObject; readonly rights: readonly string[] }>> = {
  'nothing configured': {
    values: {},
    rights: [
      ...cluster,
      `* get,list,watch ${webhooks}`,
      `* patch ${webhooks}:istio-sidecar-injector-mesh`,
      ...secret('outrigger-ca'),
    ],
  },
  'a revision with tags of its own and of the tag commands': {
    values: { revision: '1-27-1', revisionTags: ['prod'], externalTags: ['canary'] },
    rights: [
      ...cluster,
      `* get,list,watch ${webhooks}`,
      `* patch ${webhooks}:istio-sidecar-injector-1-27-1-mesh,istio-revision-tag-prod-mesh,istio-revision-tag-canary-mesh`,
      ...secret('outrigger-ca-1-27-1'),
    ],
  },
  'a certificate that someone else looks after': {
    values: { certificates: { mode: 'cert-manager' } },
    rights: cluster,
  },
  'nodes do not matter': {
    values: { certificates: { mode: 'cert-manager' }, injector: { nativeSidecars: 'enabled' } },
    rights: cluster.filter((right) => !right.endsWith('/nodes')),
  },
  'its own ConfigMap': {
    values: { certificates: { mode: 'cert-manager' }, injector: { mesh: { trustDomain: 'a' } } },
    rights: [...cluster, ...configMaps('mesh', 'outrigger')],
  },
  "Istio's ConfigMaps": {
    values: { revision: 'r', certificates: { mode: 'cert-manager' }, injector: { fromCluster: true } },
    rights: [...cluster, ...configMaps('istio-system', 'istio-sidecar-injector-r,istio-r')],
  },
  "Istio's ConfigMap beside its own": {
    values: { certificates: { mode: 'cert-manager' }, injector: { fromCluster: true, config: { policy: 'disabled' } } },
    rights: [
      ...cluster,
      ...configMaps('mesh', 'outrigger'),
      ...configMaps('istio-system', 'istio-sidecar-injector,istio'),
    ],
  },
  'ConfigMaps that are there, in two namespaces': {
    values: {
      certificates: { mode: 'cert-manager' },
      injector: { existing: { config: 'a/one', values: 'a/one', mesh: 'b/two' } },
    },
    rights: [...cluster, ...configMaps('a', 'one'), ...configMaps('b', 'two')],
  },
  'roles that someone else makes': { values: { rbac: { create: false } }, rights: [] },
}

test.each(Object.entries(cases))('the service account may do this and no more: %s', (_, { values, rights: wanted }) => {
  expect(rights(values)).toEqual([...wanted].sort())
})

function list(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

function words(value: Json | undefined): string {
  return Array.isArray(value) ? value.join(',') : ''
}
