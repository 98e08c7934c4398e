import type { Json, JsonObject } from '../../src/json.ts'
import { reviewOf } from './support.ts'

const MiB = 1024 * 1024

/** As large as a body may be by default, with some room for the review around the pod. */
export const hugeBytes = 6 * MiB - 64 * 1024

type Fill = (index: number) => Json

/** As many items as fit into so many bytes of JSON. */
function many(bytes: number, item: Fill): Json[] {
  const items: Json[] = []
  for (let left = bytes; left > 0; ) {
    const next = item(items.length)
    items.push(next)
    left -= Buffer.byteLength(JSON.stringify(next)) + 1
  }
  return items
}

function pairs(bytes: number, pair: (index: number) => readonly [string, Json]): JsonObject {
  return Object.fromEntries(many(bytes, (index) => pair(index) as unknown as Json) as unknown as [string, Json][])
}

const app: JsonObject = { name: 'app', image: 'app:1' }

function pod(metadata: JsonObject, spec: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'huge', ...metadata }, spec: { containers: [app], ...spec } }
}

const annotated = (annotations: JsonObject, spec: JsonObject = {}) => pod({ annotations }, spec)
const container = (fields: JsonObject) => pod({}, { containers: [{ ...app, ...fields }] })

/** JSON as the value of an annotation takes more room than it has: its quotes are escaped. */
const quoted = (items: Json[]) => JSON.stringify(items)

const half = hugeBytes / 2
const variable: Fill = (index) => ({ name: `V${index}`, value: 'x' })
const named: Fill = (index) => ({ name: `c${index}` })
const status = (fields: JsonObject) => JSON.stringify({ version: '1', ...fields })

/**
 * The largest pods of every shape that the injector looks into: what fills each is what could make it slow. An API server
 * checks a pod only after webhooks have seen it, so none of this is kept away by its rules; only by the 3 MiB that it
 * takes in a request, half of what the webhook does.
 */
export const hugePods: { readonly [shape: string]: () => JsonObject } = {
  'environment variables': () => container({ env: many(hugeBytes, variable) }),
  'variables without a value': () => container({ env: many(hugeBytes, (index) => ({ name: `${index}` })) }),
  'variables of one name': () => container({ env: many(hugeBytes, () => ({ name: 'A' })) }),
  "the proxy's variables": () =>
    pod({}, { containers: [app, { name: 'istio-proxy', image: 'auto', env: many(hugeBytes, variable) }] }),
  containers: () => pod({}, { containers: many(hugeBytes, named) }),
  'containers of one name': () => pod({}, { containers: many(hugeBytes, () => ({ name: 'a' })) }),
  'containers that are the proxy': () => pod({}, { containers: many(hugeBytes, () => ({ name: 'istio-proxy' })) }),
  'init containers': () => pod({}, { initContainers: many(hugeBytes, named) }),
  'containers with probes': () =>
    pod(
      {},
      {
        containers: many(hugeBytes, (index) => ({
          name: `c${index}`,
          ports: [{ containerPort: 1 + (index % 65_535), name: 'http' }],
          readinessProbe: { httpGet: { port: 'http', path: '/' } },
          livenessProbe: { tcpSocket: { port: 1 } },
          startupProbe: { grpc: { port: 1 } },
        })),
      },
    ),
  ports: () => container({ ports: many(hugeBytes, (index) => ({ containerPort: 1 + (index % 65_535) })) }),
  'named ports and a probe for the last': () =>
    container({
      ports: many(hugeBytes, (index) => ({ containerPort: 1 + (index % 65_535), name: `p${index}` })),
      livenessProbe: { httpGet: { port: 'none', path: '/' } },
    }),
  volumes: () => pod({}, { volumes: many(hugeBytes, (index) => ({ name: `v${index}`, emptyDir: {} })) }),
  'volume mounts': () => container({ volumeMounts: many(hugeBytes, (index) => ({ name: 'v', mountPath: `/${index}` })) }),
  "the proxy's mounts": () =>
    pod(
      {},
      {
        containers: [
          app,
          { name: 'istio-proxy', volumeMounts: many(hugeBytes, (index) => ({ name: 'v', mountPath: `/${index}` })) },
        ],
      },
    ),
  'pull secrets': () => pod({}, { imagePullSecrets: many(hugeBytes, named) }),
  'host aliases': () => pod({}, { hostAliases: many(hugeBytes, (index) => ({ ip: `${index}`, hostnames: ['a'] })) }),
  tolerations: () => pod({}, { tolerations: many(hugeBytes, (index) => ({ key: `${index}` })) }),
  'owner references': () =>
    pod({ ownerReferences: many(hugeBytes, (index) => ({ uid: `${index}`, kind: 'ReplicaSet', name: 'a', apiVersion: 'v1' })) }),
  annotations: () => pod({ annotations: pairs(hugeBytes, (index) => [`a${index}`, '']) }),
  labels: () => pod({ labels: pairs(hugeBytes, (index) => [`a${index}`, '']) }),
  'one annotation': () => annotated({ a: 'x'.repeat(hugeBytes) }),
  'one label': () => pod({ labels: { app: 'x'.repeat(hugeBytes) } }),
  'one variable': () => container({ env: [{ name: 'A', value: 'x'.repeat(hugeBytes) }] }),
  'its name': () => pod({ name: '-a'.repeat(half) }),
  'its generateName': () => pod({ generateName: 'a-'.repeat(half), name: '' }),
  'its namespace': () => pod({ namespace: 'a-'.repeat(half) }),
  'a ReplicaSet name': () =>
    pod({ ownerReferences: [{ kind: 'ReplicaSet', name: `${'b-'.repeat(half)}`, apiVersion: 'apps/v1', controller: true, uid: 'u' }] }),
  'arguments': () => container({ args: many(hugeBytes, () => '') }),
  'unknown fields': () => pod({}, pairs(hugeBytes, (index) => [`f${index}`, 1])),
  'unknown nested fields': () => pod({}, { unknown: pairs(hugeBytes, (index) => [`f${index}`, [{}]]) }),
  'managed fields': () => pod({ managedFields: [{ fieldsV1: pairs(hugeBytes, (index) => [`f:${index}`, {}]) }] }),
  'the names that a status lists': () =>
    annotated(
      { 'sidecar.istio.io/status': status({ containers: many(half * 0.7, (index) => `c${index}`) }) },
      { containers: many(half, (index) => ({ name: `d${index}` })) },
    ),
  'the volumes that a status lists': () =>
    annotated(
      { 'sidecar.istio.io/status': status({ containers: ['istio-proxy'], volumes: many(half * 0.7, (index) => `v${index}`) }) },
      { volumes: many(half, (index) => ({ name: `w${index}` })) },
    ),
  'stored overrides': () =>
    annotated({ 'proxy.istio.io/overrides': JSON.stringify({ containers: many(hugeBytes * 0.6, named) }) }),
  'stored overrides and containers': () =>
    annotated(
      { 'proxy.istio.io/overrides': JSON.stringify({ containers: many(half * 0.6, named) }) },
      { containers: many(half, (index) => ({ name: `d${index}` })) },
    ),
  'stored overrides of init containers': () =>
    annotated({ 'proxy.istio.io/overrides': JSON.stringify({ initContainers: many(hugeBytes * 0.6, named) }) }),
  'the ports that an earlier pass told': () =>
    annotated(
      {
        'sidecar.istio.io/status': status({ containers: ['istio-proxy'] }),
        'proxy.istio.io/overrides': JSON.stringify({
          containers: [{ name: 'istio-proxy', ports: many(half * 0.5, () => ({ containerPort: 2 })) }],
        }),
      },
      {
        containers: [
          app,
          {
            name: 'istio-proxy',
            env: [{ name: 'ISTIO_META_POD_PORTS', value: quoted(many(half * 0.5, () => ({ containerPort: 1 }))) }],
          },
        ],
      },
    ),
  'the ports that an earlier pass told, and containers': () =>
    annotated(
      {
        'sidecar.istio.io/status': status({ containers: ['istio-proxy'] }),
        'proxy.istio.io/overrides': JSON.stringify({ containers: [{ name: 'istio-proxy', ports: [{ containerPort: 5 }] }] }),
      },
      {
        containers: [
          ...many(half * 0.8, (index) => ({ name: `${index}`, ports: [{ containerPort: 7 }] })),
          {
            name: 'istio-proxy',
            env: [{ name: 'ISTIO_META_POD_PORTS', value: quoted([...many(half * 0.5, () => ({ containerPort: 1 })), { containerPort: 5 }]) }],
          },
        ],
      },
    ),
  'templates asked for': () => annotated({ 'inject.istio.io/templates': Array(Math.floor(hugeBytes / 8)).fill('sidecar').join(',') }),
  'unknown templates asked for': () => annotated({ 'inject.istio.io/templates': many(hugeBytes * 0.8, (index) => `s${index}`).join(',') }),
  'an unknown template': () => annotated({ 'inject.istio.io/templates': 'x'.repeat(hugeBytes) }),
  'ports to leave out': () =>
    annotated({ 'traffic.sidecar.istio.io/excludeInboundPorts': many(hugeBytes, (index) => 1 + (index % 65_535)).join(',') }),
  'address ranges': () =>
    annotated({ 'traffic.sidecar.istio.io/includeOutboundIPRanges': Array(Math.floor(hugeBytes / 11)).fill('10.0.0.0/8').join(',') }),
  'virtual interfaces': () => annotated({ 'istio.io/reroute-virtual-interfaces': Array(Math.floor(hugeBytes / 5)).fill('eth0').join(',') }),
  'a number': () => annotated({ 'sidecar.istio.io/proxyCPU': '1'.repeat(hugeBytes) }),
  'a quantity of zeros': () => annotated({ 'sidecar.istio.io/proxyCPU': `${'0'.repeat(hugeBytes)}x` }),
  'a memory': () => annotated({ 'sidecar.istio.io/proxyMemory': `0.${'0'.repeat(hugeBytes)}1Gi` }),
  'a duration': () => annotated({ 'proxy.istio.io/config': JSON.stringify({ drainDuration: '1s'.repeat(half) }) }),
  'a long injection value': () => annotated({ 'sidecar.istio.io/inject': 't'.repeat(hugeBytes) }),
  'a long native sidecar value': () => annotated({ 'sidecar.istio.io/nativeSidecar': 't'.repeat(hugeBytes) }),
  'a long interception mode': () => annotated({ 'sidecar.istio.io/interceptionMode': 't'.repeat(hugeBytes) }),
  'a long log level': () => annotated({ 'sidecar.istio.io/componentLogLevel': 'a:info,'.repeat(hugeBytes / 7) }),
  'a ProxyConfig in YAML': () =>
    annotated({ 'proxy.istio.io/config': `proxyMetadata:\n${many(hugeBytes * 0.8, (index) => `A${index}`).map((name) => `  ${name}: b\n`).join('').slice(0, hugeBytes * 0.9)}` }),
  'a ProxyConfig in flow style': () => annotated({ 'proxy.istio.io/config': `{proxyMetadata: {${many(hugeBytes * 0.6, (index) => `A${index}`).map((name) => `${name}: b`).join(', ')}}}` }),
  'a ProxyConfig of brackets': () => annotated({ 'proxy.istio.io/config': `a: ${'['.repeat(hugeBytes)}` }),
  'a ProxyConfig of dashes': () => annotated({ 'proxy.istio.io/config': '- '.repeat(half) }),
  'a ProxyConfig of anchors': () =>
    annotated({ 'proxy.istio.io/config': `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 20 }, (_, i) => `${String.fromCharCode(98 + i)}: &${String.fromCharCode(98 + i)} [${Array(9).fill(`*${String.fromCharCode(97 + i)}`).join(',')}]\n`).join('')}` }),
  'a ProxyConfig of one text': () => annotated({ 'proxy.istio.io/config': `binaryPath: "${'\\n'.repeat(half * 0.6)}"` }),
  'a ProxyConfig of spaces': () => annotated({ 'proxy.istio.io/config': `binaryPath: a${' '.repeat(hugeBytes)}b` }),
  'a ProxyConfig of empty lines': () => annotated({ 'proxy.istio.io/config': `binaryPath: |\n  a${'\n'.repeat(half)}  b` }),
  'a ProxyConfig of unknown fields': () =>
    annotated({ 'proxy.istio.io/config': many(hugeBytes * 0.8, (index) => `a${index}`).map((name) => `${name}: 1\n`).join('').slice(0, hugeBytes * 0.8) }),
  'a ProxyConfig of numbers': () => annotated({ 'proxy.istio.io/config': `concurrency: ${'9'.repeat(hugeBytes)}` }),
  'environment in the annotation': () =>
    annotated({ 'proxy.istio.io/config': JSON.stringify({ proxyMetadata: pairs(hugeBytes * 0.6, (index) => [`A${index}`, 'x']) }) }),
  'bootstrap tags': () =>
    annotated({ 'proxy.istio.io/config': JSON.stringify({ extraStatTags: many(hugeBytes * 0.5, (index) => `t${index}`) }) }),
  'user volumes': () => annotated({ 'sidecar.istio.io/userVolume': quoted(many(hugeBytes * 0.6, (index) => ({ name: `v${index}` }))) }),
  'user volumes by name': () =>
    annotated({ 'sidecar.istio.io/userVolume': JSON.stringify(pairs(hugeBytes * 0.5, (index) => [`v${index}`, { emptyDir: {} }])) }),
  'user mounts': () =>
    annotated({
      'sidecar.istio.io/userVolumeMount': quoted(many(hugeBytes * 0.6, (index) => ({ name: 'v', mountPath: `/${index}` }))),
    }),
  'Prometheus settings': () =>
    annotated({ 'prometheus.io/scrape': 'true', 'prometheus.io/port': '1'.repeat(half), 'prometheus.io/path': '/'.repeat(half * 0.9) }),
  'networks of Multus': () => annotated({ 'k8s.v1.cni.cncf.io/networks': Array(Math.floor(hugeBytes / 4)).fill('a/b').join(',') }),
  'bad labels': () => pod({ labels: pairs(hugeBytes, (index) => [`a${index}`, 1]) }),
  'nulls': () => pod({}, { containers: Array(Math.floor(hugeBytes / 5)).fill(null) }),
  'merge directives': () => pod({}, { nodeSelector: pairs(hugeBytes, (index) => [`$a${index}`, '']) }),
  'lone surrogates': () => pod({ labels: { app: '\ud800'.repeat(hugeBytes / 6) } }),
}

export function hugeReview(shape: string): string {
  return reviewOf((hugePods[shape] ?? (() => ({})))())
}
