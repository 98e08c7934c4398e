import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import jsonPatch, { type Operation } from 'fast-json-patch'
import { expect, test } from 'vitest'
import type { Pod } from '../../src/kubernetes/pod/types.ts'
import type { Json, JsonObject, StringMap } from '../../src/lang/json.ts'
import { repeat, runs } from '../support/properties.ts'
import { attempted, type Configuration, expectSame, podWith, snapshotOf } from './support.ts'

/* What holds for every pod, tested on pods with a mix of everything that the pipeline has rules for. */

const optional = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(fields, { requiredKeys: [] })
const anyOf = <T>(all: readonly T[]) => fc.constantFrom(...all)

const port = anyOf<string | number>(['http', 'gone', 80, 8080, 15020])
const handler = fc.oneof(
  fc.record({ httpGet: fc.record({ path: anyOf(['/', '/ready']), port }) }),
  fc.record({ httpGet: fc.record({ port, scheme: anyOf(['HTTP', 'HTTPS']), host: anyOf(['localhost', '10.0.0.1']) }) }),
  fc.record({ tcpSocket: fc.record({ port }) }),
  fc.record({ exec: fc.constant({ command: ['true'] }) }),
)
const grpc = fc.record({ grpc: fc.record({ port: anyOf([80, 9000]), service: anyOf(['', 'health']) }) })
const probe = fc.tuple(
  fc.oneof(handler, grpc),
  optional({ timeoutSeconds: anyOf([0, 1, 30]), periodSeconds: anyOf([5]) }),
)
const joined = probe.map(([action, times]) => ({ ...action, ...times }))
const variables = fc.uniqueArray(
  fc.record({
    name: anyOf(['A', 'B', 'PROXY_CONFIG', 'ISTIO_META_CLUSTER_ID', 'TRUST_DOMAIN']),
    value: anyOf(['', 'x']),
  }),
  { selector: ({ name }) => name },
)
const parts = {
  image: anyOf(['app:1', 'auto']),
  env: variables,
  livenessProbe: joined,
  readinessProbe: joined,
  startupProbe: joined,
  lifecycle: optional({ preStop: handler, postStart: handler }),
  securityContext: optional({ runAsUser: anyOf([0, 5, 1337]), runAsGroup: anyOf([5]), privileged: fc.boolean() }),
  resources: anyOf<Json>([{}, { limits: { cpu: '1' } }]),
  args: anyOf<Json>([['proxy', 'own'], []]),
  volumeMounts: anyOf<Json>([[{ name: 'data', mountPath: '/data' }], [{ name: 'own', mountPath: '/etc/istio/proxy' }]]),
}
/** Ports that no other container of the pod has. */
const portsOf = (name: string) => {
  const first = 1000 * name.length
  const twice = [{ containerPort: first, protocol: 'UDP' }, { containerPort: first }]
  return anyOf<Json>([[], [{ name: 'http', containerPort: first + 80 }], twice])
}
const containerNamed = (name: string) =>
  optional({ ...parts, ports: portsOf(name) }).map((fields): JsonObject => ({ name, ...fields }))
const proxy = containerNamed('istio-proxy')
const init = fc.oneof(
  containerNamed('istio-init'),
  containerNamed('istio-validation'),
  containerNamed('enable-core-dump'),
)
const listOf = (names: readonly string[], own: fc.Arbitrary<JsonObject>) =>
  fc
    .tuple(
      fc.subarray([...names]).chain((chosen) => fc.tuple(...chosen.map(containerNamed))),
      fc.option(own),
      fc.boolean(),
    )
    .map(([all, item, first]) => (item === null ? all : first ? [item, ...all] : [...all, item]) as JsonObject[])

const annotations = optional({
  'sidecar.istio.io/interceptionMode': anyOf(['REDIRECT', 'TPROXY', 'NONE']),
  'sidecar.istio.io/nativeSidecar': anyOf(['true', 'false', '']),
  'sidecar.istio.io/rewriteAppHTTPProbers': anyOf(['true', 'false', 'x']),
  'sidecar.istio.io/proxyCPU': anyOf(['100m']),
  'sidecar.istio.io/capNetBindService': anyOf(['true']),
  'sidecar.istio.io/bootstrapOverride': anyOf(['own']),
  'sidecar.istio.io/userVolume': anyOf(['{"own":{"emptyDir":{}}}']),
  'sidecar.istio.io/userVolumeMount': anyOf(['{"own":{"mountPath":"/own"}}']),
  'status.sidecar.istio.io/port': anyOf(['15099', '15020', '0']),
  'prometheus.io/port': anyOf(['9090']),
  'prometheus.io/scrape': anyOf(['true', 'false']),
  prometheus_io_path: anyOf(['/own']),
  'prometheus.istio.io/scrape-targets': anyOf(['9091,9092:/x', ':/x']),
  'traffic.sidecar.istio.io/excludeInboundPorts': anyOf(['', '1,2', '15020']),
  'k8s.v1.cni.cncf.io/networks': anyOf(['a, b/c', '[]', '[{"name":"a"}]']),
  'proxy.istio.io/config': anyOf([
    'holdApplicationUntilProxyStarts: true',
    'proxyMetadata: {OWN: x, POD_NAME: v, ISTIO_META_CLUSTER_ID: w, ENVOY_SECURE_MERGED_METRICS_PORT: "15091"}',
    'interceptionMode: TPROXY',
    'proxyMetadata: {IPTABLES_TRACE_LOGGING: "true", ISTIO_META_ENABLE_HBONE: "true"}',
  ]),
  'inject.istio.io/templates': anyOf(['sidecar', 'gateway', 'grpc-agent', 'grpc-simple', 'sidecar,grpc-simple']),
})
const labels = optional({
  app: anyOf(['web']),
  'topology.istio.io/network': anyOf(['', 'n1']),
  'service.istio.io/canonical-name': anyOf(['own']),
}) as fc.Arbitrary<StringMap>

const pod: fc.Arbitrary<Pod> = fc
  .record({
    annotations: annotations as fc.Arbitrary<StringMap>,
    labels,
    containers: listOf(['app', 'other'], proxy),
    initContainers: listOf(['setup'], fc.oneof(init, proxy)),
    volumes: anyOf<Json>([
      [],
      [{ name: 'data', emptyDir: {} }],
      [{ name: 'istio-envoy', emptyDir: { medium: 'Memory' } }],
    ]),
  })
  .map(({ annotations, labels, ...spec }) => podWith(annotations, labels, spec))

const cni = 'pilot.cni.enabled=true'
const names = ['global.network=n2', 'global.multiCluster.clusterName=c2']
const held = { defaultConfig: { holdApplicationUntilProxyStarts: true, statusPort: 15029 } }
const configurations: readonly Configuration[] = [
  {},
  { nativeSidecars: 'enabled' },
  { set: [cni, ...names] },
  { set: [cni, 'pilot.cni.provider=multus', 'global.proxy.statusPort=15021'], nativeSidecars: 'enabled', mesh: held },
  { set: names, mesh: { ...held, enablePrometheusMerge: false } },
]
const paths = ['/inject', '/inject/cluster/c1/net/n1', '/inject/a/1/proxy_config/x']
const arbitrarySettings = fc
  .tuple(anyOf(configurations), anyOf(paths))
  .map(([configuration, path]) => ({ ...configuration, path }))

function inject(pod: Pod, { path, ...configuration }: { readonly path: string } & Configuration): Pod {
  return injection(pod, { path, ...configuration }).pod
}

/** Container names are unique in a pod: a pod whose own proxy is in the other list than the template's is invalid. */
function hasOneProxy(pod: Pod): boolean {
  const all = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])]
  return all.filter(({ name }) => name === 'istio-proxy').length < 2
}

function injection(pod: Pod, { path, ...configuration }: { readonly path: string } & Configuration) {
  return attempted(pod, { path, snapshot: snapshotOf(configuration) })
}

test(`the patch creates the injected pod, and a second injection changes nothing ${repeat}`, () => {
  const property = fc.property(pod, arbitrarySettings, (input, settings) => {
    const first = injection(input, settings)
    fc.pre(hasOneProxy(first.pod))
    const operations: Operation[] = JSON.parse(JSON.stringify(first.patch))
    const patched = jsonPatch.applyPatch(JSON.parse(JSON.stringify(input)), operations, true).newDocument
    expectSame('the patch applied', JSON.parse(JSON.stringify(first.pod)), patched)
    if (!isDeepStrictEqual(patched, JSON.parse(JSON.stringify(first.pod)))) throw new Error('another order of keys')
    expect(injection(first.pod, settings).patch).toEqual([])
  })
  fc.assert(property, { numRuns: runs(80) })
})

test(`keeps what another webhook adds between two passes, and changes nothing else ${repeat}`, () => {
  const property = fc.property(pod, arbitrarySettings, fc.boolean(), (input, settings, front) => {
    const first = inject(input, settings)
    fc.pre(hasOneProxy(first))
    const add = <T>(list: readonly T[] | null | undefined, item: T) =>
      front ? [item, ...(list ?? [])] : [...(list ?? []), item]
    const extend = (spec: JsonObject | null | undefined): JsonObject => ({
      ...spec,
      initContainers: add(spec?.['initContainers'] as Json[], { name: 'added-init', image: 'x' }),
      volumes: add(spec?.['volumes'] as Json[], { name: 'added', emptyDir: {} }),
    })
    const variable = { name: 'ADDED', value: 'x' }
    const withVariable = (container: JsonObject) => ({ ...container, env: add(container['env'] as Json[], variable) })
    const spec = extend(first.spec)
    const added: Pod = {
      ...first,
      metadata: { ...first.metadata, labels: { ...first.metadata?.labels, added: 'x' } },
      spec: { ...spec, containers: (first.spec?.containers ?? []).map(withVariable) as never },
    }
    const again = inject(added, settings)
    // Only the position of the addition may change, as istio-init comes first or last.
    expectSame('injected again', sorted(added), sorted(again))
    expect(injection(again, settings).patch).toEqual([])
  })
  fc.assert(property, { numRuns: runs(40) })
})

/** The pod with init containers and volumes sorted by name. */
function sorted(pod: Pod): Json {
  const byName = (items: Json | undefined) =>
    [...((items as { name: string }[] | null | undefined) ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1))
  const { spec = {} } = pod
  return JSON.parse(
    JSON.stringify({
      ...pod,
      spec: { ...spec, initContainers: byName(spec?.initContainers), volumes: byName(spec?.volumes) },
    }),
  )
}
