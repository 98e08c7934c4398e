import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defaultValues } from '../../src/config/defaults.ts'
import { readInjectorConfig } from '../../src/config/injector-config.ts'
import { assign, readSet } from '../../src/config/set-values.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString } from '../../src/lang/json.ts'
import { mergeValues } from '../../src/lang/json-data.ts'
import { readYaml } from '../../src/lang/yaml/read.ts'
import { chart, helm, objects, ofKind, refusal, render } from './support/helm.ts'
import { argumentsOf, serveFlags } from './support/pods.ts'
import { everything, matrix, provided } from './support/values.ts'

const versions = ['1.25.0', '1.27.0', '1.28.3-gke.100', '1.33.0', '1.36.1']

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

test.each<[string, string, JsonObject]>([
  ['injector', 'injector-outrigger', {}],
  ['outrigger', 'outrigger', {}],
  ['my-outrigger-canary', 'my-outrigger-canary', {}],
  ['outrigger', 'outrigger-sidecars', { nameOverride: 'sidecars' }],
  ['injector', 'sidecars', { fullnameOverride: 'sidecars', nameOverride: 'other' }],
])("objects are named after the release, as Helm's charts do: %s, %s", (release, name, values) => {
  const rendered = objects(values, { release, namespace: 'mesh' })
  const nameOf = (kind: string) => lookupString(ofKind(rendered, kind)[0], 'metadata', 'name')
  expect(nameOf('Deployment')).toBe(name)
  expect(nameOf('Service')).toBe(name)
  expect(nameOf('ClusterRole')).toBe(`${name}-mesh`)
  expect(argumentsOf(rendered)).toEqual(
    expect.arrayContaining([`--service-name=${name}`, `--ca-secret=${name}-ca`, '--tag=outrigger']),
  )
  // Commands find Outrigger by this label, whatever its name.
  const selector = { 'app.kubernetes.io/name': 'outrigger', 'app.kubernetes.io/instance': release }
  expect(lookup(ofKind(rendered, 'Deployment')[0], 'spec', 'selector', 'matchLabels')).toEqual(selector)
  expect(lookup(ofKind(rendered, 'Service')[0], 'spec', 'selector')).toEqual(selector)
})

test('two releases share no object, and two long names stay two', () => {
  const long = 'r'.repeat(52)
  const names = (release: string) => {
    const values = { ...everything, tags: [release], externalTags: [], webhook: {} }
    const rendered = objects(values, { release, namespace: 'n'.repeat(63) })
    for (const object of rendered) {
      const { name, labels = {} } = object['metadata'] as { readonly name: string; readonly labels?: JsonObject }
      expect(name.length).toBeLessThanOrEqual(object['kind'] === 'MutatingWebhookConfiguration' ? 253 : 63)
      expect(name).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/)
      for (const label of Object.values(labels)) expect(String(label).length).toBeLessThanOrEqual(63)
    }
    return rendered.map((object) => `${object['kind']} ${lookupString(object, 'metadata', 'name')}`)
  }
  // A Role of one name is in two namespaces: its own and that of istiod.
  const all = ['outrigger', 'canary', `${long}b`, `${long}c`].map((release) => new Set(names(release)))
  expect(new Set(all.flatMap((each) => [...each])).size).toBe(all.reduce((sum, each) => sum + each.size, 0))
})

test('labels of all objects are on all objects and pods, but in no selector, and change none of its own', () => {
  const commonLabels = { team: 'mesh', 'app.kubernetes.io/name': 'x', 'sidecar.istio.io/inject': 'true' }
  const rendered = objects({ ...everything, certificates: { mode: 'cert-manager' }, commonLabels }, { release: 'one' })
  for (const object of rendered) {
    const labels = lookup(object, 'metadata', 'labels')
    expect(labels).toMatchObject({ team: 'mesh', 'app.kubernetes.io/name': expect.stringMatching(/^outrigger/) })
    expect(
      JSON.stringify(lookup(object, 'spec', 'selector') ?? lookup(object, 'spec', 'podSelector') ?? ''),
    ).not.toContain('team')
  }
  const pod = lookup(ofKind(rendered, 'Deployment')[0], 'spec', 'template')
  expect(lookup(pod, 'metadata', 'labels')).toMatchObject({ team: 'mesh', 'sidecar.istio.io/inject': 'false' })
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
  const configMap = ofKind(rendered, 'ConfigMap').find(
    (one) => lookup(one, 'metadata', 'name') === 'injector-outrigger',
  )
  const data = configMap?.['data'] as Readonly<Record<string, string>>
  expect(Object.keys(data)).toEqual(['config', 'mesh'])
  const config = readYaml(data['config'] ?? '', { integers: 'float64' })
  expect(config).toEqual(injector['config'])
  expect(readInjectorConfig(config)).toMatchObject({ problems: [], unknown: [] })
  expect(readYaml(data['mesh'] ?? '')).toEqual(injector['mesh'])
  expect(argumentsOf(rendered)).toEqual(
    expect.arrayContaining([
      '--config=configmap:mesh/injector-outrigger',
      '--mesh=configmap:mesh/injector-outrigger',
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

test('accepts a former value that is unset with null', () => {
  const text = render({ revisionTags: null, webhook: { deactivated: null } })
  expect(text).toContain('name: istio-revision-tag-outrigger')
})

test.each<[string, JsonObject, string]>([
  ['a type', { replicaCount: 'two' }, 'replicaCount'],
  ['a range', { webhook: { timeoutSeconds: 31 } }, 'timeoutSeconds'],
  ['a revision', { revision: 'Not_A_Label' }, 'revision'],
  ['a choice', { webhook: { failurePolicy: 'fail' } }, 'failurePolicy'],
  ['a ConfigMap without its namespace', { injector: { existing: { mesh: 'istio' } } }, 'mesh'],
  ['a tag twice', { tags: ['a'], externalTags: ['a'] }, 'both contain a'],
  ['a tag twice in one list', { tags: ['a', 'a'] }, 'tags'],
  ['no tag', { tags: [] }, 'tags'],
  ['a tag that is no label', { tags: ['a.b'] }, 'tags'],
  [
    'the former name of tags',
    { revisionTags: ['prod'] },
    'revisionTags is no longer a value of this chart: use `tags` instead',
  ],
  ['the former user', { runAsUser: 1000 }, 'podSecurityContext.runAsUser'],
  ['the former switch', { webhook: { deactivated: false } }, 'leave the tag `default` out'],
  ['a shared mesh configuration that is not read', { injector: { sharedMeshConfig: 'shared' } }, 'fromCluster=true'],
  ['one port twice', { ports: { webhook: 15014 } }, 'both 15014'],
  ['a variable that the chart sets', { extraEnv: [{ name: 'POD_NAME', value: 'a' }] }, 'POD_NAME'],
  ['a variable twice', { injector: { env: { A: '1' } }, extraEnv: [{ name: 'A', value: '2' }] }, 'contains A'],
  ['a volume of the chart', { ...provided, extraVolumes: [{ name: 'tls', emptyDir: {} }] }, 'contains tls'],
  [
    'an autoscaler without a target',
    { autoscaling: { enabled: true, targetCPUUtilizationPercentage: null } },
    'a target',
  ],
  ['an alert that can never fire', { prometheusRule: { slowSeconds: 10 } }, 'slowSeconds'],
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
  expect(lookup(certificate, 'spec', 'dnsNames')).toContain('injector-outrigger.mesh.svc')
  expect(lookup(certificate, 'spec', 'secretName')).toBe('injector-outrigger-tls')
  expect(ofKind(rendered, 'Issuer')).toHaveLength(2)
  const issuerRef = { name: 'vault', kind: 'ClusterIssuer' }
  const other = objects({ certificates: { mode: 'cert-manager', certManager: { issuerRef } } })
  expect(ofKind(other, 'Issuer')).toEqual([])
  expect(lookup(ofKind(other, 'Certificate')[0], 'spec', 'issuerRef')).toEqual(issuerRef)
})
