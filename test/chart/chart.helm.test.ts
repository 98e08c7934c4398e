import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defaultValues } from '../../src/config/defaults.ts'
import { readInjectorConfig } from '../../src/config/injector-config.ts'
import { assign, readSet } from '../../src/config/set-values.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString } from '../../src/lang/json.ts'
import { mergeValues } from '../../src/lang/json-data.ts'
import { readYaml } from '../../src/lang/yaml/read.ts'
import { chart, helm, objects, ofKind, refusal, render } from './support/helm.ts'
import { argumentsOf, serveFlags, whyNotRestricted } from './support/pods.ts'

const everything: JsonObject = {
  revision: '1-27-1',
  revisionTags: ['prod'],
  injector: {
    config: { policy: 'disabled', templates: { logger: 'spec:\n  containers: []\n' }, allowedEnv: ['REGION'] },
    values: { global: { tag: '1.27.1' } },
    mesh: { defaultConfig: { concurrency: 2 } },
    fromCluster: true,
    platform: 'openshift',
    compliancePolicy: 'fips-140-3',
    env: { REGION: 'eu' },
  },
  webhook: { matchConditions: [{ name: 'all', expression: 'true' }] },
  clientAuthentication: { secretName: 'clients', names: ['kube-apiserver'] },
  imagePullSecrets: [{ name: 'registry' }],
  priorityClassName: 'system-cluster-critical',
  serverLimits: { connections: 100 },
  autoscaling: { enabled: true },
  networkPolicy: { enabled: true, monitoringFrom: [{ podSelector: {} }], apiServerCIDRs: ['10.0.0.1/32'] },
  serviceMonitor: { enabled: true, interval: '30s', labels: { release: 'prometheus' } },
  prometheusRule: { enabled: true, labels: { release: 'prometheus' } },
  dashboard: { enabled: true },
}

const provided = { certificates: { mode: 'provided', provided: { secretName: 'tls' } } }

const matrix: Readonly<Record<string, JsonObject>> = {
  'nothing given': {},
  everything: { ...everything, webhook: {} },
  'cert-manager': { certificates: { mode: 'cert-manager' } },
  'a provided certificate': provided,
  deactivated: { webhook: { deactivated: true } },
}

const versions = ['1.25.0', '1.27.0', '1.28.3-gke.100', '1.30.0', '1.33.0']

test('helm lint finds nothing', () => {
  for (const values of [{}, everything]) {
    const { code, stdout, stderr } = helm(['lint', '--strict', chart, '--values', '-'], values)
    expect(stdout + stderr).not.toMatch(/\[(WARNING|ERROR)\]/)
    expect(code).toBe(0)
  }
})

test.each(versions)('renders for Kubernetes %s, twice the same, and nothing that drifts', (kubeVersion) => {
  for (const values of Object.values(matrix)) {
    const text = render(values, { kubeVersion })
    expect(render(values, { kubeVersion })).toBe(text)
    // The caBundle belongs to whoever keeps it.
    expect(text).not.toContain('caBundle:')
  }
})

test('Kubernetes before 1.25 is refused, and match conditions before 1.28', () => {
  expect(refusal({}, { kubeVersion: '1.24.0' })).toContain('incompatible with Kubernetes')
  const values = { webhook: { matchConditions: [{ name: 'a', expression: 'true' }] } }
  expect(refusal(values, { kubeVersion: '1.27.9' })).toContain('need Kubernetes 1.28')
  expect(refusal(values, { kubeVersion: '1.28.0' })).toBe('')
})

test('only known kinds, all in the namespace of the release, each once and found by its labels', () => {
  for (const values of Object.values(matrix)) {
    const rendered = objects(values, { namespace: 'mesh', release: 'one' })
    const ids = rendered.map((object) =>
      [object['kind'], lookup(object, 'metadata', 'name'), lookup(object, 'metadata', 'namespace')].join(),
    )
    expect(new Set(ids).size).toBe(ids.length)
    for (const object of rendered) {
      expect(knownKinds).toContain(`${object['apiVersion']} ${object['kind']}`)
      expect(lookup(object, 'metadata', 'labels', 'app.kubernetes.io/instance')).toBe('one')
    }
  }
})

const knownKinds = [
  'admissionregistration.k8s.io/v1 MutatingWebhookConfiguration',
  'apps/v1 Deployment',
  'autoscaling/v2 HorizontalPodAutoscaler',
  'cert-manager.io/v1 Certificate',
  'cert-manager.io/v1 Issuer',
  'monitoring.coreos.com/v1 PrometheusRule',
  'monitoring.coreos.com/v1 ServiceMonitor',
  'networking.k8s.io/v1 NetworkPolicy',
  'policy/v1 PodDisruptionBudget',
  'rbac.authorization.k8s.io/v1 ClusterRole',
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding',
  'rbac.authorization.k8s.io/v1 Role',
  'rbac.authorization.k8s.io/v1 RoleBinding',
  'v1 ConfigMap',
  'v1 Pod',
  'v1 Service',
  'v1 ServiceAccount',
]

test('two revisions share no object, and two long names stay two', () => {
  const long = 'a'.repeat(62)
  const names = (revision: string) => {
    const rendered = objects(
      { ...everything, revision, revisionTags: [], webhook: {} },
      { release: 'r'.repeat(53), namespace: 'n'.repeat(63) },
    )
    for (const object of rendered) {
      const { name, labels = {} } = object['metadata'] as { readonly name: string; readonly labels?: JsonObject }
      expect(name.length).toBeLessThanOrEqual(object['kind'] === 'MutatingWebhookConfiguration' ? 253 : 63)
      expect(name).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/)
      for (const label of Object.values(labels)) expect(String(label).length).toBeLessThanOrEqual(63)
    }
    return rendered
      .filter((object) => lookupString(object, 'metadata', 'namespace') !== 'istio-system')
      .map((object) => `${object['kind']} ${lookupString(object, 'metadata', 'name')}`)
  }
  const all = [...names('default'), ...names('1-27-1'), ...names(`${long}b`), ...names(`${long}c`)]
  expect(new Set(all).size).toBe(all.length)
})

test.each([...Object.entries(matrix)])('its pods meet the restricted Pod Security Standard: %s', (_, values) => {
  const rendered = objects(values)
  const pods = [
    ...ofKind(rendered, 'Pod'),
    ...ofKind(rendered, 'Deployment').map((one) => lookup(one, 'spec', 'template')),
  ]
  for (const pod of pods) {
    expect(whyNotRestricted(pod ?? null)).toEqual([])
    expect(lookup(pod, 'metadata', 'labels', 'sidecar.istio.io/inject')).toBe('false')
    const containers = lookup(pod, 'spec', 'containers') as readonly JsonObject[]
    for (const one of containers) expect(lookup(one, 'securityContext', 'readOnlyRootFilesystem')).toBe(true)
  }
  expect(pods.length).toBe(values === matrix['everything'] ? 1 : 2)
})

test('the user is fixed, but for OpenShift, which chooses', () => {
  const user = (values: JsonObject) =>
    lookup(ofKind(objects(values), 'Deployment')[0], 'spec', 'template', 'spec', 'securityContext', 'runAsUser')
  expect(user({})).toBe(65532)
  expect(user({ injector: { platform: 'openshift' } })).toBeUndefined()
  expect(user({ runAsUser: null })).toBeUndefined()
})

test.each(Object.entries(matrix))('the arguments are some that `outrigger serve` takes: %s', (_, values) => {
  expect(serveFlags(argumentsOf(objects(values)))).toEqual([])
})

test('values that change the built-in ones arrive as they were meant', () => {
  const values = {
    global: {
      hub: 'registry.example.com/a,b',
      tag: '1.27.1',
      proxy: { privileged: true, image: '{odd}', 'a.b=c[0]': 5, excludeIPRanges: null, logLevel: '007', empty: '' },
      imagePullSecrets: ['one', 'two'],
      certSigners: [],
      nested: [{ a: [1, 'x'] }, { b: 'back\\slash\nand line' }],
      number: 1000000,
    },
    pilot: { cni: { enabled: true } },
  }
  const assignments = argumentsOf(objects({ injector: { values } }))
    .filter((argument) => argument.startsWith('--set='))
    .flatMap((argument) => readSet(argument.slice('--set='.length)))
  expect(assignments.reduce(assign, defaultValues)).toEqual(mergeValues(defaultValues, values))
})

test.each<[JsonObject, string]>([
  [{ global: { tag: '127' } }, 'injector.values.global.tag is the text "127"'],
  [{ pilot: { env: { A: 'true' } } }, 'injector.values.pilot.env.A is the text "true"'],
  [{ global: { ratio: 1.5 } }, 'injector.values.global.ratio is the fraction 1.5'],
  [{ global: { list: [{}] } }, 'injector.values.global.list[0] is an empty object in a list'],
])('a value that can not be changed singly is refused, unless all are given: %j', (values, reason) => {
  expect(refusal({ injector: { values } })).toContain(reason)
  const [configMap] = ofKind(objects({ injector: { values, valuesMode: 'replace' } }), 'ConfigMap')
  expect(readYaml(lookupString(configMap, 'data', 'values'), { integers: 'float64' })).toEqual(values)
})

test('the ConfigMap holds what was given and nothing else, as the injector reads it', () => {
  const { injector } = everything as { readonly injector: JsonObject }
  const rendered = objects(everything, { namespace: 'mesh' })
  const configMap = ofKind(rendered, 'ConfigMap').find((one) => lookup(one, 'metadata', 'name') === 'outrigger-1-27-1')
  const data = configMap?.['data'] as Readonly<Record<string, string>>
  expect(Object.keys(data)).toEqual(['config', 'mesh'])
  const config = readYaml(data['config'] ?? '', { integers: 'float64' })
  expect(config).toEqual(injector['config'])
  expect(readInjectorConfig(config)).toMatchObject({ problems: [], unknown: [] })
  expect(readYaml(data['mesh'] ?? '')).toEqual(injector['mesh'])
  expect(argumentsOf(rendered)).toEqual(
    expect.arrayContaining([
      '--config=configmap:mesh/outrigger-1-27-1',
      '--mesh=configmap:mesh/outrigger-1-27-1',
      '--from-cluster',
      '--set=global.tag=1.27.1',
    ]),
  )
  expect(ofKind(objects({}), 'ConfigMap')).toEqual([])
})

test('a key that is misspelt is named, wherever it is', () => {
  const schema: Json = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8'))
  const places = groups(schema, [])
  expect(places.length).toBeGreaterThan(20)
  for (const path of places) {
    const values = path.reduceRight<JsonObject>((inner, key) => ({ [key]: inner }), { misspelt: true })
    expect(refusal(values), path.join('.')).toMatch(/misspelt/)
  }
})

/** The paths of all objects in a schema whose keys are known. */
function groups(schema: Json | undefined, path: readonly string[]): readonly (readonly string[])[] {
  const properties = lookup(schema, 'properties')
  if (!isObject(properties)) return []
  return [path, ...Object.entries(properties).flatMap(([key, inner]) => groups(inner, [...path, key]))]
}

test.each<[string, JsonObject, string]>([
  ['a type', { replicaCount: 'two' }, 'replicaCount'],
  ['a range', { webhook: { timeoutSeconds: 31 } }, 'timeoutSeconds'],
  ['a revision', { revision: 'Not_A_Label' }, 'revision'],
  ['a choice', { webhook: { failurePolicy: 'fail' } }, 'failurePolicy'],
  ['a ConfigMap without its namespace', { injector: { existing: { mesh: 'istio' } } }, 'mesh'],
  ['a tag twice', { revisionTags: ['a'], externalTags: ['a'] }, 'both contain a'],
  ['a tag named as its revision', { revision: 'a', revisionTags: ['a'] }, 'the revision itself'],
  ['the tag default beside the default revision', { revisionTags: ['default'] }, 'webhook.deactivated=true'],
  [
    'a deactivated revision that is not the default one',
    { revision: 'a', webhook: { deactivated: true } },
    'default revision',
  ],
  ['a grace period that is too short', { terminationGracePeriodSeconds: 15 }, 'pods would be killed'],
  ['a provided certificate without a Secret', { certificates: { mode: 'provided' } }, 'secretName'],
  [
    'two sources for one document',
    { injector: { mesh: { a: 1 }, existing: { mesh: 'a/b' } } },
    'injector.existing.mesh',
  ],
  ['replicas the wrong way round', { autoscaling: { enabled: true, minReplicas: 9 } }, 'maxReplicas'],
])('values that can not work are refused: %s', (_, values, reason) => {
  expect(refusal(values)).toContain(reason)
})

test('a certificate of cert-manager is for the name by which the API server calls', () => {
  const rendered = objects({ certificates: { mode: 'cert-manager' } }, { namespace: 'mesh' })
  const certificate = ofKind(rendered, 'Certificate').find((one) => lookup(one, 'spec', 'isCA') !== true)
  expect(lookup(certificate, 'spec', 'dnsNames')).toContain('outrigger.mesh.svc')
  expect(lookup(certificate, 'spec', 'secretName')).toBe('outrigger-tls')
  expect(ofKind(rendered, 'Issuer')).toHaveLength(2)
  const issuerRef = { name: 'vault', kind: 'ClusterIssuer' }
  const other = objects({ certificates: { mode: 'cert-manager', certManager: { issuerRef } } })
  expect(ofKind(other, 'Issuer')).toEqual([])
  expect(lookup(ofKind(other, 'Certificate')[0], 'spec', 'issuerRef')).toEqual(issuerRef)
})

test('alerts and the dashboard ask for the metrics of this release', () => {
  const rendered = objects(everything, { namespace: 'mesh' })
  const [rule] = ofKind(rendered, 'PrometheusRule')
  const groupsOfRules = lookup(rule, 'spec', 'groups') as readonly { readonly rules: readonly JsonObject[] }[]
  const expressions = groupsOfRules.flatMap(({ rules }) => rules.map((one) => lookupString(one, 'expr')))
  expect(expressions.length).toBeGreaterThan(8)
  for (const expression of expressions) expect(expression).toContain('{namespace="mesh",job="outrigger-1-27-1"')
  expect(JSON.stringify(rule)).not.toMatch(/SELECTOR|WEBHOOKS|_SECONDS/)
  const dashboard = ofKind(rendered, 'ConfigMap').find((one) => lookup(one, 'data', 'outrigger.json') !== undefined)
  expect(JSON.parse(lookupString(dashboard, 'data', 'outrigger.json'))).toMatchObject({ uid: 'outrigger' })
})

test.each<[JsonObject, readonly string[], readonly string[]]>([
  [{}, ['istio-injection=enabled', 'Secret outrigger-ca', 'injector.values.global.tag'], ['WARNING']],
  [{ revision: 'r', revisionTags: ['prod'] }, ['istio.io/rev=r', 'istio.io/rev=prod'], ['istio-injection=enabled']],
  [{ webhook: { deactivated: true } }, ['deactivated'], ['kubectl label']],
  [
    { ...provided, replicaCount: 1 },
    ['must already trust the CA of tls', 'WARNING: there is one replica'],
    ['Secret outrigger-ca'],
  ],
  [{ injector: { fromCluster: true }, certificates: { mode: 'cert-manager' } }, ['cainjector'], ['global.tag']],
])('the notes say what to do next: %j', (values, contained, absent) => {
  const notes = notesOf(values)
  for (const text of contained) expect(notes).toContain(text)
  for (const text of absent) expect(notes).not.toContain(text)
  expect(notes).not.toMatch(/<no value>|%!|\n{3,}/)
})

/** The notes, which `helm template` doesn't print, by way of a copy of the chart that has them as an object. */
function notesOf(values: JsonObject): string {
  const folder = mkdtempSync(join(tmpdir(), 'outrigger-chart-'))
  try {
    cpSync(chart, folder, { recursive: true })
    const notes = readFileSync(join(folder, 'templates/NOTES.txt'), 'utf8')
    writeFileSync(join(folder, 'templates/_notes.tpl'), `{{ define "notes" }}${notes}{{ end }}`)
    writeFileSync(
      join(folder, 'templates/notes.yaml'),
      'apiVersion: v1\nkind: Notes\ntext: {{ include "notes" . | toJson }}\n',
    )
    return lookupString(ofKind(objects(values, { folder }), 'Notes')[0], 'text')
  } finally {
    rmSync(folder, { recursive: true })
  }
}
