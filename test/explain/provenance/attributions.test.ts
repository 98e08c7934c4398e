import { describe, expect, test } from 'vitest'
import { explainInjection } from '../../../src/explain/provenance/explain.ts'
import { noFacts, readFacts } from '../../../src/injection/model/facts.ts'
import type { Source } from '../../../src/injection/model/source.ts'
import type { Pod } from '../../../src/kubernetes/pod/types.ts'
import type { JsonObject, StringMap } from '../../../src/lang/json.ts'
import { type InjectionOptions, podWith, snapshotOf } from '../../injection/support.ts'

const proxy = '/spec/containers/istio-proxy'
const nativeProxy = '/spec/initContainers/istio-proxy'

function explain(pod: JsonObject, options: InjectionOptions = {}) {
  const { snapshot = snapshotOf(), namespace = 'shop', path = '/inject', facts = noFacts } = options
  const { injection, provenance } = explainInjection({ pod, namespace, path }, snapshot, facts)
  const field = (pointer: string) => {
    const found = provenance.fields.find(({ path }) => path === pointer)
    return (
      found && {
        value: found.value,
        from: found.from.map(text),
        lost: found.lost.map(text),
        when: found.when.map(text),
      }
    )
  }
  const setting = (name: string) => {
    const found = provenance.settings.find(({ setting }) => setting === name)
    return (
      found && {
        value: found.value,
        from: text(found.from),
        lost: found.lost.map(text),
        unset: found.unset.map(text),
      }
    )
  }
  return { injection, provenance, field, setting }
}

function text({ kind, name, field }: Source): string {
  return `${kind} ${name}${field === undefined ? '' : ` (${field})`}`
}

describe('the user and group of the proxy on OpenShift', () => {
  const users = 'openshift.io/sa.scc.uid-range'
  const groups = 'openshift.io/sa.scc.supplemental-groups'
  const of = (annotations: StringMap) => {
    const { facts } = readFacts({ namespaces: [{ metadata: { name: 'shop', annotations } }] })
    const { field } = explain(podWith(), { snapshot: snapshotOf({ platform: 'openshift' }), facts })
    return ['runAsUser', 'runAsGroup'].map((name) => field(`${proxy}/securityContext/${name}`))
  }

  test('are attributed to their own ranges', () => {
    expect(of({ [users]: '1000/10', [groups]: '2000/10' })).toMatchObject([
      { value: 1009, from: [`namespace ${users}`], lost: [] },
      { value: 2009, from: [`namespace ${groups}`], lost: [`namespace ${users}`] },
    ])
    expect(of({ [groups]: '2000/10' })).toMatchObject([
      { value: 1337, from: ['default proxy user'] },
      { value: 2009, from: [`namespace ${groups}`] },
    ])
  })

  test('are the defaults if a range is invalid', () => {
    expect(of({ [users]: 'all of them' })).toMatchObject([
      { value: 1337, from: ['default proxy user'], lost: [`namespace ${users}`] },
      { value: 1337, from: ['default proxy group'], lost: [`namespace ${users}`] },
    ])
    expect(of({ [users]: '1000/10', [groups]: 'x' })[1]).toMatchObject({
      value: 1337,
      from: ['default proxy group'],
      lost: [`namespace ${groups}`, `namespace ${users}`],
    })
  })
})

describe('whether the proxy is a native sidecar', () => {
  const of = (versions: StringMap, spec: JsonObject = {}, annotations: StringMap = {}) => {
    const nodes = Object.entries(versions).map(([name, kubeletVersion]) => ({
      metadata: { name },
      status: { nodeInfo: { kubeletVersion } },
    }))
    const { facts } = readFacts({ nodes })
    return explain(podWith(annotations, {}, spec), { snapshot: snapshotOf({ nativeSidecars: 'auto' }), facts }).setting(
      'nativeSidecars',
    )
  }

  test('depends on the node of the pod if it is known', () => {
    expect(of({ mine: 'v1.33.0', old: 'v1.30.0' }, { nodeName: 'mine' })).toMatchObject({
      value: true,
      from: 'nodes kubelet of node mine',
      lost: ['nodes oldest kubelet'],
    })
  })

  test('otherwise depends on the oldest kubelet, or on one of unknown version', () => {
    const oldest = { value: false, from: 'nodes oldest kubelet', lost: [] }
    expect(of({ new: 'v1.33.0', old: 'v1.30.0' })).toMatchObject(oldest)
    expect(of({ old: 'v1.30.0', odd: 'unknown' })).toMatchObject(oldest)
    const unknown = { value: false, from: 'nodes kubelet of node odd', lost: [] }
    expect(of({ new: 'v1.33.0', odd: 'unknown' })).toMatchObject(unknown)
    expect(of({ odd: 'unknown' })).toMatchObject(unknown)
    expect(of({})).toMatchObject({ value: true, from: 'setting nativeSidecars', lost: [] })
  })

  test('depends on the annotation for templates that read it', () => {
    const annotations = { 'sidecar.istio.io/nativeSidecar': 'false' }
    expect(of({ new: 'v1.33.0' }, {}, annotations)).toMatchObject({
      value: false,
      from: 'annotation sidecar.istio.io/nativeSidecar',
      lost: ['nodes oldest kubelet'],
    })
    expect(of({ new: 'v1.33.0' }, {}, { ...annotations, 'inject.istio.io/templates': 'grpc-simple' })).toEqual({
      value: true,
      from: 'nodes oldest kubelet',
      lost: [],
      unset: [],
    })
  })
})

test('attributes a setting to the template that sets the annotation a later step reads', () => {
  const pod = podWith(
    { 'inject.istio.io/templates': 'grpc-agent', 'sidecar.istio.io/rewriteAppHTTPProbers': 'true' },
    {},
    { containers: [{ name: 'app', readinessProbe: { httpGet: { path: '/r', port: 80 } } }] },
  )
  const { setting, provenance } = explain(pod)
  expect(setting('rewrite probes')).toEqual({
    value: false,
    from: expect.stringMatching(/^template grpc-agent:\d+$/),
    lost: ['annotation sidecar.istio.io/rewriteAppHTTPProbers', 'values sidecarInjectorWebhook.rewriteAppHTTPProbe'],
    unset: [],
  })
  expect(provenance.probes.map(({ why }) => why)).toEqual(['rewriting is disabled'])
  const ignored = provenance.ignored.find(({ name }) => name === 'sidecar.istio.io/rewriteAppHTTPProbers')
  expect(ignored?.why).toMatch(/^template grpc-agent:\d+ takes precedence$/)
})

test('attributes rewritten probes to the values if the annotation is not a boolean', () => {
  const annotations = {
    'sidecar.istio.io/rewriteAppHTTPProbers': 'yes, please',
    'status.sidecar.istio.io/port': '15999',
  }
  const containers = [{ name: 'app', readinessProbe: { httpGet: { path: '/r', port: 80 } } }]
  const { field } = explain(podWith(annotations, {}, { containers }))
  const get = '/spec/containers/app/readinessProbe/httpGet'
  expect(field(`${get}/path`)).toMatchObject({ from: ['values sidecarInjectorWebhook.rewriteAppHTTPProbe'] })
  expect(field(`${get}/port`)).toMatchObject({ value: 15999, from: ['annotation status.sidecar.istio.io/port'] })
})

test('lists no unset source for a setting that the pod cannot change', () => {
  expect(explain(podWith({}, {}, { hostNetwork: true })).setting('injection')).toMatchObject({ unset: [] })
  const set = ['global.proxy.holdApplicationUntilProxyStarts=true']
  expect(explain(podWith(), { snapshot: snapshotOf({ set }) }).setting('holdApplicationUntilProxyStarts')).toEqual({
    value: true,
    from: 'values global.proxy.holdApplicationUntilProxyStarts',
    lost: [],
    unset: [],
  })
})

test('attributes a denial to its cause', () => {
  const policy = snapshotOf({
    config: { annotationPolicy: [{ annotations: ['sidecar.istio.io/logLevel'], action: 'deny' }] },
  })
  const of = (annotations: StringMap, snapshot = snapshotOf()) =>
    explain(podWith(annotations), { snapshot }).setting('injection')?.from
  expect(of({ 'sidecar.istio.io/logLevel': 'debug' }, policy)).toBe('config annotationPolicy')
  expect(of({ 'inject.istio.io/templates': 'nowhere' })).toBe('annotation inject.istio.io/templates')
  expect(of({ 'sidecar.istio.io/proxyCPU': 'lots' })).toBe('annotation sidecar.istio.io/proxyCPU')
  expect(
    explain({ ...podWith(), spec: { containers: Array(1001).fill({ name: 'app' }) } }).setting('injection')?.from,
  ).toBe('pod spec')
})

describe("the pod's own containers", () => {
  const own = { name: 'istio-proxy', image: 'own:1', securityContext: { runAsUser: 7 } }
  const pod = podWith({}, {}, { containers: [{ name: 'app' }, own] })

  test('are named where the pod has them, even if the proxy becomes a native sidecar', () => {
    const { field, injection } = explain(pod, { snapshot: snapshotOf({ nativeSidecars: 'enabled' }) })
    expect(field(`${nativeProxy}/image`)).toMatchObject({ from: ['pod spec.containers[istio-proxy]'] })
    const user = '/spec/initContainers/istio-init/args/6'
    expect(field(user)).toMatchObject({ value: '7', from: ['pod spec.containers[istio-proxy].securityContext'] })
    const again = explain(injection.pod, { snapshot: snapshotOf({ nativeSidecars: 'enabled' }) })
    expect(again.field(user)).toMatchObject({ value: '7', from: ['annotation proxy.istio.io/overrides'] })
  })

  test('are named as templates see them, also on a second pass', () => {
    const held = snapshotOf({ mesh: { defaultConfig: { holdApplicationUntilProxyStarts: true } } })
    const ports = `${proxy}/env/ISTIO_META_APP_CONTAINERS/value`
    const first = explain(podWith(), { snapshot: held })
    expect(first.field(ports)?.from).toEqual(['pod spec.containers[app].name'])
    expect(explain(first.injection.pod, { snapshot: held }).field(ports)?.from).toEqual([
      'pod spec.containers[app].name',
    ])
  })
})

test('attributes what was changed after the first pass to the pod, over the template', () => {
  const first = explain(podWith()).injection.pod as Pod
  const containers = (first.spec?.containers ?? []).map((one) =>
    one.name === 'istio-proxy' ? { ...one, image: 'mirror:1' } : one,
  )
  const { provenance } = explain({ ...first, spec: { ...first.spec, containers } })
  expect(provenance.fields.find(({ path }) => path === `${proxy}/image`)).toMatchObject({
    value: 'mirror:1',
    by: { kind: 'pod', why: 'changed after the first pass (kept)' },
    lost: [{ value: first.spec?.containers?.find(({ name }) => name === 'istio-proxy')?.image }],
  })
})

test('attributes the secure port of metrics to the variable of the proxy, in either list', () => {
  const config = { 'proxy.istio.io/config': 'proxyMetadata: {ENVOY_SECURE_MERGED_METRICS_PORT: "15091"}' }
  const path = '/metadata/annotations/prometheus.istio.io~1secure-port'
  const of = (native: 'enabled' | 'disabled') =>
    explain(podWith(config), { snapshot: snapshotOf({ nativeSidecars: native }) }).field(path)?.from
  expect(of('disabled')).toEqual(['pod spec.containers[istio-proxy].env[ENVOY_SECURE_MERGED_METRICS_PORT]'])
  expect(of('enabled')).toEqual(['pod spec.initContainers[istio-proxy].env[ENVOY_SECURE_MERGED_METRICS_PORT]'])
})

test('attributes scrape settings to the targets, which take precedence over port and path', () => {
  const annotations = {
    'prometheus.io/port': '80',
    'prometheus.istio.io/merge-metrics': 'true',
    'prometheus.istio.io/scrape-targets': '81:/a,82',
    'prometheus.istio.io/unknown': 'x',
  }
  expect(explain(podWith(annotations)).field(`${proxy}/env/ISTIO_PROMETHEUS_ANNOTATIONS/value`)).toMatchObject({
    from: ['annotation prometheus.istio.io/scrape-targets'],
    lost: ['annotation prometheus.io/port'],
  })
})

test('attributes the stamped hash to stampHash, even if injectedAnnotations has one', () => {
  const injectedAnnotations = { 'outrigger.dev/config-hash': 'mine', 'sidecar.istio.io/status': '{}' }
  const { field } = explain(podWith(), { snapshot: snapshotOf({ config: { injectedAnnotations }, stampHash: true }) })
  const path = (name: string) => `/metadata/annotations/${name.replace('/', '~1')}`
  expect(field(path('outrigger.dev/config-hash'))?.from).toEqual(['setting stampHash'])
  expect(field(path('sidecar.istio.io/status'))?.from).toEqual(['config injectedAnnotations.sidecar.istio.io/status'])
})

test('merges headers of the proxy by name, and drops serviceCluster for tracingServiceName', () => {
  const mesh = {
    defaultConfig: { proxyHeaders: { server: { value: 'mesh' }, requestId: {} }, serviceCluster: 'mesh' },
  }
  const config = '{proxyHeaders: {server: {value: own}}, tracingServiceName: CANONICAL_NAME_ONLY}'
  const { setting } = explain(podWith({ 'proxy.istio.io/config': config }), { snapshot: snapshotOf({ mesh }) })
  expect(setting('ProxyConfig proxyHeaders.server')).toMatchObject({
    from: 'annotation proxy.istio.io/config (proxyHeaders.server)',
    lost: ['mesh defaultConfig.proxyHeaders.server'],
  })
  expect(setting('ProxyConfig proxyHeaders.requestId')).toMatchObject({
    from: 'mesh defaultConfig.proxyHeaders.requestId',
  })
  expect(setting('ProxyConfig serviceCluster')).toBeUndefined()
})

test('ignores an empty image type', () => {
  const set = ['global.variant=debug']
  const config = { 'proxy.istio.io/config': 'image: {}' }
  expect(explain(podWith(config), { snapshot: snapshotOf({ set }) }).setting('image type')).toMatchObject({
    value: 'debug',
    from: 'values global.variant',
  })
})

test('attributes the namespace of a workload to the pod', () => {
  const template =
    'metadata: {labels: {namespace: "{{ .DeploymentMeta.Namespace }}", name: "{{ .DeploymentMeta.Name }}"}}'
  const snapshot = snapshotOf({ config: { templates: { own: template }, defaultTemplates: ['own'] } })
  const { field } = explain(podWith(), { snapshot })
  expect(field('/metadata/labels/namespace')?.from).toEqual(['pod metadata.namespace'])
  expect(field('/metadata/labels/name')?.from).toEqual(['workload Pod/web'])
})

test('attributes an unset field of defaultConfig to the default', () => {
  const template = 'metadata: {labels: {port: "{{ .MeshConfig.DefaultConfig.StatusPort }}"}}'
  const of = (mesh: JsonObject) =>
    explain(podWith(), {
      snapshot: snapshotOf({ mesh, config: { templates: { own: template }, defaultTemplates: ['own'] } }),
    }).field('/metadata/labels/port')?.from
  expect(of({})).toEqual(['default ProxyConfig statusPort'])
  expect(of({ defaultConfig: { statusPort: 15999 } })).toEqual(['mesh defaultConfig.statusPort'])
})

test('names the inboundTrafficPolicy of the mesh as a condition', () => {
  const variable = `${proxy}/env/REWRITE_PROBE_LEGACY_LOCALHOST_DESTINATION/value`
  const { field } = explain(podWith(), {
    snapshot: snapshotOf({ mesh: { inboundTrafficPolicy: { mode: 'LOCALHOST' } } }),
  })
  expect(field(variable)?.when).toContain('mesh inboundTrafficPolicy.mode')
})
