import type { Json, JsonObject } from '../../src/lang/json.ts'
import { reviewOf } from './support.ts'

const MiB = 1024 * 1024

/** The default limit of a request body, less some room for the review around the pod. */
export const hugeBytes = 6 * MiB - 64 * 1024

type Fill = (index: number) => Json

/** As many items as fit into this many bytes of JSON. */
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
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'huge', ...metadata },
    spec: { containers: [app], ...spec },
  }
}

const annotated = (annotations: JsonObject, spec: JsonObject = {}) => pod({ annotations }, spec)
const container = (fields: JsonObject) => pod({}, { containers: [{ ...app, ...fields }] })

/** JSON in an annotation takes more bytes than its own length: its quotes are escaped. */
const quoted = (items: Json[]) => JSON.stringify(items)

const variable: Fill = (index) => ({ name: `V${index}`, value: 'x' })
const named: Fill = (index) => ({ name: `c${index}` })
const status = (fields: JsonObject) => JSON.stringify({ version: '1', ...fields })

/**
 * The largest pods of every shape that the injector looks into, each filled with what could make it slow. An API server
 * validates a pod only after the webhooks have seen it, so its validation keeps none of these away; only its request
 * limit of 3 MiB does, half of what the webhook accepts.
 */
const shapes: { readonly [shape: string]: (size: number) => JsonObject } = {
  'environment variables': (size) => container({ env: many(size, variable) }),
  'variables without a value': (size) => container({ env: many(size, (index) => ({ name: `${index}` })) }),
  'variables with the same name': (size) => container({ env: many(size, () => ({ name: 'A' })) }),
  "the proxy's variables": (size) =>
    pod({}, { containers: [app, { name: 'istio-proxy', image: 'auto', env: many(size, variable) }] }),
  containers: (size) => pod({}, { containers: many(size, named) }),
  'containers with the same name': (size) => pod({}, { containers: many(size, () => ({ name: 'a' })) }),
  'containers that are the proxy': (size) => pod({}, { containers: many(size, () => ({ name: 'istio-proxy' })) }),
  'init containers': (size) => pod({}, { initContainers: many(size, named) }),
  'containers with probes': (size) =>
    pod(
      {},
      {
        containers: many(size, (index) => ({
          name: `c${index}`,
          ports: [{ containerPort: 1 + (index % 65_535), name: 'http' }],
          readinessProbe: { httpGet: { port: 'http', path: '/' } },
          livenessProbe: { tcpSocket: { port: 1 } },
          startupProbe: { grpc: { port: 1 } },
        })),
      },
    ),
  ports: (size) => container({ ports: many(size, (index) => ({ containerPort: 1 + (index % 65_535) })) }),
  'named ports and a probe for the last': (size) =>
    container({
      ports: many(size, (index) => ({ containerPort: 1 + (index % 65_535), name: `p${index}` })),
      livenessProbe: { httpGet: { port: 'none', path: '/' } },
    }),
  volumes: (size) => pod({}, { volumes: many(size, (index) => ({ name: `v${index}`, emptyDir: {} })) }),
  'volume mounts': (size) =>
    container({ volumeMounts: many(size, (index) => ({ name: 'v', mountPath: `/${index}` })) }),
  "the proxy's mounts": (size) =>
    pod(
      {},
      {
        containers: [
          app,
          { name: 'istio-proxy', volumeMounts: many(size, (index) => ({ name: 'v', mountPath: `/${index}` })) },
        ],
      },
    ),
  'pull secrets': (size) => pod({}, { imagePullSecrets: many(size, named) }),
  'host aliases': (size) => pod({}, { hostAliases: many(size, (index) => ({ ip: `${index}`, hostnames: ['a'] })) }),
  tolerations: (size) => pod({}, { tolerations: many(size, (index) => ({ key: `${index}` })) }),
  'owner references': (size) =>
    pod({
      ownerReferences: many(size, (index) => ({ uid: `${index}`, kind: 'ReplicaSet', name: 'a', apiVersion: 'v1' })),
    }),
  annotations: (size) => pod({ annotations: pairs(size, (index) => [`a${index}`, '']) }),
  labels: (size) => pod({ labels: pairs(size, (index) => [`a${index}`, '']) }),
  'one annotation': (size) => annotated({ a: 'x'.repeat(size) }),
  'one label': (size) => pod({ labels: { app: 'x'.repeat(size) } }),
  'one variable': (size) => container({ env: [{ name: 'A', value: 'x'.repeat(size) }] }),
  'its name': (size) => pod({ name: '-a'.repeat(size / 2) }),
  'its generateName': (size) => pod({ generateName: 'a-'.repeat(size / 2), name: '' }),
  'its namespace': (size) => pod({ namespace: 'a-'.repeat(size / 2) }),
  'a ReplicaSet name': (size) =>
    pod({
      ownerReferences: [
        { kind: 'ReplicaSet', name: `${'b-'.repeat(size / 2)}`, apiVersion: 'apps/v1', controller: true, uid: 'u' },
      ],
    }),
  arguments: (size) => container({ args: many(size, () => '') }),
  'unknown fields': (size) =>
    pod(
      {},
      pairs(size, (index) => [`f${index}`, 1]),
    ),
  'unknown nested fields': (size) => pod({}, { unknown: pairs(size, (index) => [`f${index}`, [{}]]) }),
  'managed fields': (size) => pod({ managedFields: [{ fieldsV1: pairs(size, (index) => [`f:${index}`, {}]) }] }),
  'the container names in a status': (size) =>
    annotated(
      { 'sidecar.istio.io/status': status({ containers: many((size / 2) * 0.7, (index) => `c${index}`) }) },
      { containers: many(size / 2, (index) => ({ name: `d${index}` })) },
    ),
  'the volumes in a status': (size) =>
    annotated(
      {
        'sidecar.istio.io/status': status({
          containers: ['istio-proxy'],
          volumes: many((size / 2) * 0.7, (index) => `v${index}`),
        }),
      },
      { volumes: many(size / 2, (index) => ({ name: `w${index}` })) },
    ),
  'stored overrides': (size) =>
    annotated({ 'proxy.istio.io/overrides': JSON.stringify({ containers: many(size * 0.6, named) }) }),
  'stored overrides and containers': (size) =>
    annotated(
      { 'proxy.istio.io/overrides': JSON.stringify({ containers: many((size / 2) * 0.6, named) }) },
      { containers: many(size / 2, (index) => ({ name: `d${index}` })) },
    ),
  'stored overrides of init containers': (size) =>
    annotated({ 'proxy.istio.io/overrides': JSON.stringify({ initContainers: many(size * 0.6, named) }) }),
  'the ports that an earlier pass recorded': (size) =>
    annotated(
      {
        'sidecar.istio.io/status': status({ containers: ['istio-proxy'] }),
        'proxy.istio.io/overrides': JSON.stringify({
          containers: [{ name: 'istio-proxy', ports: many((size / 2) * 0.5, () => ({ containerPort: 2 })) }],
        }),
      },
      {
        containers: [
          app,
          {
            name: 'istio-proxy',
            env: [
              { name: 'ISTIO_META_POD_PORTS', value: quoted(many((size / 2) * 0.5, () => ({ containerPort: 1 }))) },
            ],
          },
        ],
      },
    ),
  'the ports that an earlier pass recorded, and containers': (size) =>
    annotated(
      {
        'sidecar.istio.io/status': status({ containers: ['istio-proxy'] }),
        'proxy.istio.io/overrides': JSON.stringify({
          containers: [{ name: 'istio-proxy', ports: [{ containerPort: 5 }] }],
        }),
      },
      {
        containers: [
          ...many((size / 2) * 0.8, (index) => ({ name: `${index}`, ports: [{ containerPort: 7 }] })),
          {
            name: 'istio-proxy',
            env: [
              {
                name: 'ISTIO_META_POD_PORTS',
                value: quoted([...many((size / 2) * 0.5, () => ({ containerPort: 1 })), { containerPort: 5 }]),
              },
            ],
          },
        ],
      },
    ),
  'requested templates': (size) =>
    annotated({
      'inject.istio.io/templates': Array(Math.floor(size / 8))
        .fill('sidecar')
        .join(','),
    }),
  'unknown requested templates': (size) =>
    annotated({ 'inject.istio.io/templates': many(size * 0.8, (index) => `s${index}`).join(',') }),
  'an unknown template': (size) => annotated({ 'inject.istio.io/templates': 'x'.repeat(size) }),
  'excluded ports': (size) =>
    annotated({
      'traffic.sidecar.istio.io/excludeInboundPorts': many(size, (index) => 1 + (index % 65_535)).join(','),
    }),
  'address ranges': (size) =>
    annotated({
      'traffic.sidecar.istio.io/includeOutboundIPRanges': Array(Math.floor(size / 11))
        .fill('10.0.0.0/8')
        .join(','),
    }),
  'virtual interfaces': (size) =>
    annotated({
      'istio.io/reroute-virtual-interfaces': Array(Math.floor(size / 5))
        .fill('eth0')
        .join(','),
    }),
  'a number': (size) => annotated({ 'sidecar.istio.io/proxyCPU': '1'.repeat(size) }),
  'a quantity of zeros': (size) => annotated({ 'sidecar.istio.io/proxyCPU': `${'0'.repeat(size)}x` }),
  'a memory quantity': (size) => annotated({ 'sidecar.istio.io/proxyMemory': `0.${'0'.repeat(size)}1Gi` }),
  'a duration': (size) =>
    annotated({ 'proxy.istio.io/config': JSON.stringify({ drainDuration: '1s'.repeat(size / 2) }) }),
  'a long injection value': (size) => annotated({ 'sidecar.istio.io/inject': 't'.repeat(size) }),
  'a long native sidecar value': (size) => annotated({ 'sidecar.istio.io/nativeSidecar': 't'.repeat(size) }),
  'a long interception mode': (size) => annotated({ 'sidecar.istio.io/interceptionMode': 't'.repeat(size) }),
  'a long log level': (size) => annotated({ 'sidecar.istio.io/componentLogLevel': 'a:info,'.repeat(size / 7) }),
  'a ProxyConfig in YAML': (size) =>
    annotated({
      'proxy.istio.io/config': `proxyMetadata:\n${many(size * 0.8, (index) => `A${index}`)
        .map((name) => `  ${name}: b\n`)
        .join('')
        .slice(0, size * 0.9)}`,
    }),
  'a ProxyConfig in flow style': (size) =>
    annotated({
      'proxy.istio.io/config': `{proxyMetadata: {${many(size * 0.6, (index) => `A${index}`)
        .map((name) => `${name}: b`)
        .join(', ')}}}`,
    }),
  'a ProxyConfig of brackets': (size) => annotated({ 'proxy.istio.io/config': `a: ${'['.repeat(size)}` }),
  'a ProxyConfig of dashes': (size) => annotated({ 'proxy.istio.io/config': '- '.repeat(size / 2) }),
  'a ProxyConfig of anchors': () =>
    annotated({
      'proxy.istio.io/config': `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from(
        { length: 20 },
        (_, i) =>
          `${String.fromCharCode(98 + i)}: &${String.fromCharCode(98 + i)} [${Array(9)
            .fill(`*${String.fromCharCode(97 + i)}`)
            .join(',')}]\n`,
      ).join('')}`,
    }),
  'a ProxyConfig of one string': (size) =>
    annotated({ 'proxy.istio.io/config': `binaryPath: "${'\\n'.repeat((size / 2) * 0.6)}"` }),
  'a ProxyConfig of spaces': (size) => annotated({ 'proxy.istio.io/config': `binaryPath: a${' '.repeat(size)}b` }),
  'a ProxyConfig of empty lines': (size) =>
    annotated({ 'proxy.istio.io/config': `binaryPath: |\n  a${'\n'.repeat(size / 2)}  b` }),
  'a ProxyConfig of unknown fields': (size) =>
    annotated({
      'proxy.istio.io/config': many(size * 0.8, (index) => `a${index}`)
        .map((name) => `${name}: 1\n`)
        .join('')
        .slice(0, size * 0.8),
    }),
  'a ProxyConfig of numbers': (size) => annotated({ 'proxy.istio.io/config': `concurrency: ${'9'.repeat(size)}` }),
  'proxyMetadata in the annotation': (size) =>
    annotated({
      'proxy.istio.io/config': JSON.stringify({ proxyMetadata: pairs(size * 0.6, (index) => [`A${index}`, 'x']) }),
    }),
  'extra stat tags': (size) =>
    annotated({ 'proxy.istio.io/config': JSON.stringify({ extraStatTags: many(size * 0.5, (index) => `t${index}`) }) }),
  'user volumes': (size) =>
    annotated({ 'sidecar.istio.io/userVolume': quoted(many(size * 0.6, (index) => ({ name: `v${index}` }))) }),
  'user volumes by name': (size) =>
    annotated({
      'sidecar.istio.io/userVolume': JSON.stringify(pairs(size * 0.5, (index) => [`v${index}`, { emptyDir: {} }])),
    }),
  'user mounts': (size) =>
    annotated({
      'sidecar.istio.io/userVolumeMount': quoted(many(size * 0.6, (index) => ({ name: 'v', mountPath: `/${index}` }))),
    }),
  'Prometheus settings': (size) =>
    annotated({
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': '1'.repeat(size / 2),
      'prometheus.io/path': '/'.repeat((size / 2) * 0.9),
    }),
  'Multus networks': (size) =>
    annotated({
      'k8s.v1.cni.cncf.io/networks': Array(Math.floor(size / 4))
        .fill('a/b')
        .join(','),
    }),
  'invalid labels': (size) => pod({ labels: pairs(size, (index) => [`a${index}`, 1]) }),
  nulls: (size) => pod({}, { containers: Array(Math.floor(size / 5)).fill(null) }),
  'merge directives': (size) => pod({}, { nodeSelector: pairs(size, (index) => [`$a${index}`, '']) }),
  'lone surrogates': (size) => pod({ labels: { app: '\ud800'.repeat(size / 6) } }),
}

/** Pods at the limits of injection: a thousand containers that each need every rewrite, 33,000 variables and more. */
const atTheLimits: { readonly [shape: string]: () => JsonObject } = {
  'a thousand containers': () =>
    pod(
      {},
      {
        containers: Array.from({ length: 1000 }, (_, index) => ({
          name: `c${index}`,
          image: 'app:1',
          ports: Array.from({ length: 8 }, (_, port) => ({ containerPort: 1 + port, name: `p${port}` })),
          readinessProbe: { httpGet: { port: 'p7', path: '/' } },
          livenessProbe: { tcpSocket: { port: 1 } },
          startupProbe: { grpc: { port: 1 } },
          env: Array.from({ length: 12 }, (_, variable) => ({ name: `V${variable}`, value: 'x' })),
        })),
      },
    ),
  'a thousand init containers': () =>
    pod({}, { initContainers: Array.from({ length: 999 }, (_, index) => ({ name: `c${index}`, image: 'app:1' })) }),
  'ten thousand ports': () =>
    container({
      ports: Array.from({ length: 10_000 }, (_, index) => ({
        containerPort: 10_000 + index,
        name: `p${index}`,
        protocol: 'UDP',
      })),
    }),
  '33,000 variables': () => container({ env: Array.from({ length: 33_000 }, (_, index) => variable(index)) }),
  '33,000 variables of the proxy': () =>
    pod(
      {},
      {
        containers: [app, { name: 'istio-proxy', env: Array.from({ length: 33_000 }, (_, index) => variable(index)) }],
      },
    ),
  'labels and annotations of 250 KiB each': () =>
    pod({
      labels: pairs(250 * 1024, (index) => [`l${index}`, '']),
      annotations: pairs(250 * 1024, (index) => [`a${index}`, '']),
    }),
}

/** All shapes at 6 MiB and at 220 KiB, which an API server still allows for annotations, and pods at the limits of injection. */
export const hugePods: { readonly [shape: string]: () => JsonObject } = {
  ...Object.fromEntries(Object.entries(shapes).map(([shape, make]) => [shape, () => make(hugeBytes)])),
  ...Object.fromEntries(
    Object.entries(shapes).map(([shape, make]) => [`${shape}, of 220 KiB`, () => make(220 * 1024)]),
  ),
  ...atTheLimits,
}

export function hugeReview(shape: string): string {
  return reviewOf((hugePods[shape] ?? (() => ({})))())
}

/** A review of a pod of this shape, as large as an API server accepts it: 3 MiB. */
export function largestReview(shape: string): string {
  return reviewOf((shapes[shape] ?? (() => ({})))(3 * MiB - 64 * 1024))
}
