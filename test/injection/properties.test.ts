import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import jsonPatch, { type Operation } from 'fast-json-patch'
import { expect, test } from 'vitest'
import type { Pod } from '../../src/kubernetes/pod/types.ts'
import type { Json, JsonObject, StringMap } from '../../src/lang/json.ts'
import { repeat, runs } from '../support/properties.ts'
import { type Configuration, expectSame, injected, podWith, snapshotOf } from './support.ts'

/* What holds for every pod, on pods with a mix of all that the pipeline has rules for. */

const optional = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(fields, { requiredKeys: [] })
const some = <T>(all: readonly T[]) => fc.constantFrom(...all)

const port = some<string | number>(['http', 'gone', 80, 8080, 15020])
const handler = fc.oneof(
  fc.record({ httpGet: fc.record({ path: some(['/', '/ready']), port }) }),
  fc.record({ httpGet: fc.record({ port, scheme: some(['HTTP', 'HTTPS']), host: some(['localhost', '10.0.0.1']) }) }),
  fc.record({ tcpSocket: fc.record({ port }) }),
  fc.record({ exec: fc.constant({ command: ['true'] }) }),
)
const grpc = fc.record({ grpc: fc.record({ port: some([80, 9000]), service: some(['', 'health']) }) })
const probe = fc.tuple(
  fc.oneof(handler, grpc),
  optional({ timeoutSeconds: some([0, 1, 30]), periodSeconds: some([5]) }),
)
const joined = probe.map(([action, times]) => ({ ...action, ...times }))
const variables = fc.uniqueArray(
  fc.record({
    name: some(['A', 'B', 'PROXY_CONFIG', 'ISTIO_META_CLUSTER_ID', 'TRUST_DOMAIN']),
    value: some(['', 'x']),
  }),
  { selector: ({ name }) => name },
)
const parts = {
  image: some(['app:1', 'auto']),
  env: variables,
  livenessProbe: joined,
  readinessProbe: joined,
  startupProbe: joined,
  lifecycle: optional({ preStop: handler, postStart: handler }),
  securityContext: optional({ runAsUser: some([0, 5, 1337]), runAsGroup: some([5]), privileged: fc.boolean() }),
  resources: some<Json>([{}, { limits: { cpu: '1' } }]),
  args: some<Json>([['proxy', 'own'], []]),
  volumeMounts: some<Json>([[{ name: 'data', mountPath: '/data' }], [{ name: 'own', mountPath: '/etc/istio/proxy' }]]),
}
/** Containers of a pod share its ports: no two declare the same. */
const portsOf = (name: string) => {
  const first = 1000 * name.length
  const twice = [{ containerPort: first, protocol: 'UDP' }, { containerPort: first }]
  return some<Json>([[], [{ name: 'http', containerPort: first + 80 }], twice])
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
    .map(([all, one, first]) => (one === null ? all : first ? [one, ...all] : [...all, one]) as JsonObject[])

const annotations = optional({
  'sidecar.istio.io/interceptionMode': some(['REDIRECT', 'TPROXY', 'NONE']),
  'sidecar.istio.io/nativeSidecar': some(['true', 'false', '']),
  'sidecar.istio.io/rewriteAppHTTPProbers': some(['true', 'false', 'x']),
  'sidecar.istio.io/proxyCPU': some(['100m']),
  'sidecar.istio.io/capNetBindService': some(['true']),
  'sidecar.istio.io/bootstrapOverride': some(['own']),
  'sidecar.istio.io/userVolume': some(['{"own":{"emptyDir":{}}}']),
  'sidecar.istio.io/userVolumeMount': some(['{"own":{"mountPath":"/own"}}']),
  'status.sidecar.istio.io/port': some(['15099', '15020', '0']),
  'prometheus.io/port': some(['9090']),
  'prometheus.io/scrape': some(['true', 'false']),
  prometheus_io_path: some(['/own']),
  'prometheus.istio.io/scrape-targets': some(['9091,9092:/x', ':/x']),
  'traffic.sidecar.istio.io/excludeInboundPorts': some(['', '1,2', '15020']),
  'k8s.v1.cni.cncf.io/networks': some(['a, b/c', '[]', '[{"name":"a"}]']),
  'proxy.istio.io/config': some([
    'holdApplicationUntilProxyStarts: true',
    'proxyMetadata: {OWN: x, POD_NAME: v, ISTIO_META_CLUSTER_ID: w, ENVOY_SECURE_MERGED_METRICS_PORT: "15091"}',
    'interceptionMode: TPROXY',
    'proxyMetadata: {IPTABLES_TRACE_LOGGING: "true", ISTIO_META_ENABLE_HBONE: "true"}',
  ]),
  'inject.istio.io/templates': some(['sidecar', 'gateway', 'grpc-agent', 'grpc-simple', 'sidecar,grpc-simple']),
})
const labels = optional({
  app: some(['web']),
  'topology.istio.io/network': some(['', 'n1']),
  'service.istio.io/canonical-name': some(['own']),
}) as fc.Arbitrary<StringMap>

const pod: fc.Arbitrary<Pod> = fc
  .record({
    annotations: annotations as fc.Arbitrary<StringMap>,
    labels,
    containers: listOf(['app', 'other'], proxy),
    initContainers: listOf(['setup'], fc.oneof(init, proxy)),
    volumes: some<Json>([
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
const circumstances = fc.tuple(some(configurations), some(paths)).map(([one, path]) => ({ ...one, path }))

function inject(pod: Pod, { path, ...configuration }: { readonly path: string } & Configuration): Pod {
  return injection(pod, { path, ...configuration }).pod
}

/** Names of containers are unique in a pod; a proxy of the user where the template has it elsewhere makes no pod. */
function hasOneProxy(pod: Pod): boolean {
  const all = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])]
  return all.filter(({ name }) => name === 'istio-proxy').length < 2
}

function injection(pod: Pod, { path, ...configuration }: { readonly path: string } & Configuration) {
  return injected(pod, { path, snapshot: snapshotOf(configuration) })
}

test(`the patch applied gives the pod, and injected again nothing changes ${repeat}`, () => {
  const property = fc.property(pod, circumstances, (input, around) => {
    const first = injection(input, around)
    fc.pre(hasOneProxy(first.pod))
    const operations: Operation[] = JSON.parse(JSON.stringify(first.patch))
    const patched = jsonPatch.applyPatch(JSON.parse(JSON.stringify(input)), operations, true).newDocument
    expectSame('the patch applied', JSON.parse(JSON.stringify(first.pod)), patched)
    if (!isDeepStrictEqual(patched, JSON.parse(JSON.stringify(first.pod)))) throw new Error('another order of keys')
    expect(injection(first.pod, around).patch).toEqual([])
  })
  fc.assert(property, { numRuns: runs(80) })
})

test(`what another webhook adds in between stays, and nothing else changes ${repeat}`, () => {
  const property = fc.property(pod, circumstances, fc.boolean(), (input, around, front) => {
    const first = inject(input, around)
    fc.pre(hasOneProxy(first))
    const add = <T>(list: readonly T[] | null | undefined, item: T) =>
      front ? [item, ...(list ?? [])] : [...(list ?? []), item]
    const extend = (spec: JsonObject | null | undefined): JsonObject => ({
      ...spec,
      initContainers: add(spec?.['initContainers'] as Json[], { name: 'added-init', image: 'x' }),
      volumes: add(spec?.['volumes'] as Json[], { name: 'added', emptyDir: {} }),
    })
    const variable = { name: 'ADDED', value: 'x' }
    const withVariable = (one: JsonObject) => ({ ...one, env: add(one['env'] as Json[], variable) })
    const spec = extend(first.spec)
    const added: Pod = {
      ...first,
      metadata: { ...first.metadata, labels: { ...first.metadata?.labels, added: 'x' } },
      spec: { ...spec, containers: (first.spec?.containers ?? []).map(withVariable) as never },
    }
    const again = inject(added, around)
    // Where the addition itself stands may change (the capture of traffic comes first or last); all else stays.
    expectSame('injected again', sorted(added), sorted(again))
    expect(injection(again, around).patch).toEqual([])
  })
  fc.assert(property, { numRuns: runs(40) })
})

/** A pod whose lists of containers and volumes are in the order of their names. */
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
