import { expect, test } from 'vitest'
import { explainInjection } from '../../../src/explain/provenance/explain.ts'
import { noFacts, readFacts } from '../../../src/injection/model/facts.ts'
import { type Configuration, container, injected, podWith, snapshotOf } from '../support.ts'

/** The result of `env NAME "unset"` in a template, read from an annotation. */
function envOf(name: string, configuration: Configuration = {}, environment = {}): string | undefined {
  const snapshot = snapshotOf({
    ...configuration,
    environment,
    config: {
      defaultTemplates: ['reading'],
      templates: { reading: `metadata:\n  annotations:\n    result: {{ env "${name}" "unset" | quote }}\n` },
      allowedEnv: Object.keys(environment),
    },
  })
  return injected(podWith(), { snapshot }).pod.metadata?.annotations?.['result']
}

test.each<[string, Configuration, string]>([
  ['ENABLE_NATIVE_SIDECARS', { nativeSidecars: 'enabled' }, 'true'],
  ['ENABLE_NATIVE_SIDECARS', { nativeSidecars: 'disabled' }, 'false'],
  ['COMPLIANCE_POLICY', {}, 'unset'],
  ['COMPLIANCE_POLICY', { compliancePolicy: 'fips-140-3' }, 'fips-140-3'],
  ['PLATFORM', {}, 'unset'],
  ['PLATFORM', { platform: 'openshift' }, 'openshift'],
  ['REVISION', {}, 'unset'],
  ['REVISION', { revision: 'canary' }, 'canary'],
  ['CLUSTER_ID', {}, 'unset'],
  ['CLUSTER_ID', { set: ['global.multiCluster.clusterName=east'] }, 'east'],
  ['PILOT_ENABLE_INBOUND_PASSTHROUGH', {}, 'true'],
  ['PILOT_ENABLE_INBOUND_PASSTHROUGH', { mesh: { inboundTrafficPolicy: { mode: 'LOCALHOST' } } }, 'false'],
  ['HOME', {}, 'unset'],
  ['__proto__', {}, 'unset'],
])('env %s with %j', (name, configuration, expected) => {
  expect(envOf(name, configuration)).toBe(expected)
})

test('a setting takes precedence over the environment of the injector, which is used if it is unset', () => {
  const environment = { ENABLE_NATIVE_SIDECARS: 'true', REVISION: 'other', HOME: '/home' }
  expect(envOf('ENABLE_NATIVE_SIDECARS', { nativeSidecars: 'disabled' }, environment)).toBe('false')
  expect(envOf('REVISION', { revision: 'canary' }, environment)).toBe('canary')
  expect(envOf('REVISION', {}, environment)).toBe('other')
  expect(envOf('HOME', {}, environment)).toBe('/home')
})

test('a compiled template that is shared by configurations reads the settings of each', () => {
  const platforms = ['', 'openshift', '', 'openshift', '', 'openshift'] as const
  const results = platforms.map((platform) => envOf('PLATFORM', platform === '' ? {} : { platform }))
  expect(results).toEqual(['unset', 'openshift', 'unset', 'openshift', 'unset', 'openshift'])
})

// As in templates of Istio 1.20 to 1.26.
const deciding = `{{- $native := eq (env "ENABLE_NATIVE_SIDECARS" "false") "true" }}
spec:
  {{ if $native }}initContainers{{ else }}containers{{ end }}:
  - name: istio-proxy
    image: {{ if $native }}native{{ else }}classic{{ end }}
    {{- if $native }}
    restartPolicy: Always
    {{- end }}
`

const own = (nativeSidecars: 'auto' | 'disabled') =>
  snapshotOf({ nativeSidecars, config: { defaultTemplates: ['own'], templates: { own: deciding } } })

const nodes = (...minors: readonly number[]) =>
  readFacts({
    namespaces: [],
    proxyConfigs: [],
    nodes: minors.map((minor, index) => ({
      metadata: { name: `n${index}` },
      status: { nodeInfo: { kubeletVersion: `v1.${minor}.0` } },
    })),
  }).facts

test('ENABLE_NATIVE_SIDECARS in mode auto depends on the nodes at the time of each injection', () => {
  const snapshot = own('auto')
  const natives = [nodes(33), nodes(32, 33), noFacts, nodes(30), nodes(34)].map((facts) =>
    injected(podWith(), { snapshot, facts }).pod.spec?.initContainers?.some(({ name }) => name === 'istio-proxy'),
  )
  expect(natives).toEqual([true, undefined, true, undefined, true])
})

test('explain names the setting that a template reads with env', () => {
  const snapshot = own('disabled')
  const { injection, provenance } = explainInjection(
    { pod: podWith(), namespace: 'shop', path: '/inject' },
    snapshot,
    noFacts,
  )
  expect(container(injection.pod, 'istio-proxy').image).toBe('classic')
  const image = provenance.fields.find(({ path }) => path.endsWith('/image') && path.includes('containers'))
  expect(JSON.stringify(image)).toContain('nativeSidecars')
})
