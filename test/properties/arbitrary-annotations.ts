import fc from 'fast-check'
import { annotations as registry } from '../../src/istio/annotations/registry.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { hostileTexts, lookalikes } from '../injection/hostile.ts'
import { anyOf, mapOf, sparse, text } from './from-schema.ts'

/* Labels and annotations that the injector reads, with plausible and hostile values. */

/** Plausible values by annotation; any other annotation has its example of the registry. */
const plausible: Readonly<Record<string, readonly string[]>> = {
  'sidecar.istio.io/inject': ['true', 'true', '', 'false', 'yes'],
  'sidecar.istio.io/interceptionMode': ['REDIRECT', 'TPROXY', 'NONE'],
  'sidecar.istio.io/nativeSidecar': ['true', 'false', '', 'x'],
  'sidecar.istio.io/rewriteAppHTTPProbers': ['true', 'false', 'x'],
  'sidecar.istio.io/capNetBindService': ['true', 'false'],
  'sidecar.istio.io/proxyImageType': ['', 'default', 'distroless', 'debug'],
  'sidecar.istio.io/proxyImage': ['proxyv2', 'example.com/own/proxy:1', 'own'],
  'sidecar.istio.io/userVolume': ['{"own":{"emptyDir":{}}}', '[{"name":"own","emptyDir":{}}]', 'null'],
  'sidecar.istio.io/userVolumeMount': ['{"own":{"mountPath":"/own","readOnly":true}}', '{}'],
  'apm.datadoghq.com/env': ['{"DD_ENV":"prod"}', '{}'],
  'status.sidecar.istio.io/port': ['15099', '15020', '0', ' 15021 '],
  'prometheus.io/port': ['9090', '80', '15020'],
  'prometheus.io/scrape': ['true', 'false', 'x'],
  'prometheus.io/path': ['/own', ''],
  'prometheus.istio.io/merge-metrics': ['true', 'false', 'T'],
  'prometheus.istio.io/scrape-targets': ['9091,9092:/x', ' 9093 :/y ,', ':/x'],
  'prometheus.istio.io/secure-port': ['15092'],
  'traffic.sidecar.istio.io/includeOutboundIPRanges': ['*', '10.0.0.0/8', ''],
  'traffic.sidecar.istio.io/includeInboundPorts': ['*', '80,8080', ''],
  'traffic.sidecar.istio.io/excludeInboundPorts': ['', '1, 2', '15020'],
  'k8s.v1.cni.cncf.io/networks': ['a, b/c', '[]', '[{"name":"a"}]', 'default/istio-cni'],
  'kubernetes.io/config.mirror': ['x'],
  'proxy.istio.io/config': [
    'holdApplicationUntilProxyStarts: true',
    'proxyMetadata: {OWN: x, POD_NAME: v, ISTIO_META_CLUSTER_ID: w, ENVOY_SECURE_MERGED_METRICS_PORT: "15091"}',
    'interceptionMode: TPROXY',
    'proxyMetadata: {IPTABLES_TRACE_LOGGING: "true", ISTIO_META_ENABLE_HBONE: "true"}',
    'image: {imageType: distroless}\nconcurrency: 2\ndrainDuration: 5s',
    '{"tracing":{"zipkin":{"address":"zipkin:9411"}},"misspelt":1}',
    'statusPort: 15030',
  ],
  'inject.istio.io/templates': [
    'sidecar',
    'gateway',
    'grpc-agent',
    'grpc-simple',
    'sidecar,grpc-simple',
    'sidecar, spire',
  ],
  // As the injector writes them, and invalid ones.
  'sidecar.istio.io/status': [
    '{"initContainers":["istio-init"],"containers":["istio-proxy"],"volumes":["istio-envoy"],"imagePullSecrets":null,"revision":"default"}',
    '{"containers":["app"]}',
    '{}',
    '[1',
  ],
  'proxy.istio.io/overrides': ['{"containers":[{"name":"istio-proxy","image":"own:1","resources":{}}]}', '{}', 'null'],
}

/** Annotations that prevent an injection, or fake an earlier one, are rare. */
const chances: Readonly<Record<string, number>> = {
  'kubernetes.io/config.mirror': 0.01,
  'sidecar.istio.io/inject': 0.05,
  'sidecar.istio.io/status': 0.02,
  'proxy.istio.io/overrides': 0.02,
  'inject.istio.io/templates': 0.15,
  'proxy.istio.io/config': 0.2,
  'prometheus.io/port': 0.15,
}

export const hostileValue: fc.Arbitrary<string> = fc.oneof(
  anyOf(...Object.values(hostileTexts).filter((value) => value.length < 1_000)),
  anyOf(...lookalikes),
)

const read = registry
  .filter(({ target }) => target === 'Pod')
  .map(({ name, example }) => ({ name, values: plausible[name] ?? [example ?? 'x'], chance: chances[name] ?? 0.06 }))

/** An annotation that the injector reads, with any value. */
export const anyAnnotation: fc.Arbitrary<readonly [string, string]> = fc.tuple(
  anyOf(...read.map(({ name }) => name)),
  fc.oneof(hostileValue, text, anyOf(...Object.values(plausible).flat())),
)

const foreign = mapOf(
  anyOf('example.com/own', 'prometheus_io_path', 'a', '__proto__', 'constructor'),
  fc.oneof(text, hostileValue),
  2,
)

export const annotations: fc.Arbitrary<JsonObject> = fc
  .tuple(
    sparse(read.map(({ name, values, chance }) => ({ key: name, arbitrary: anyOf(...values), chance }))),
    foreign,
    fc.oneof(
      { arbitrary: fc.constant([]), weight: 9 },
      { arbitrary: anyAnnotation.map((annotation) => [annotation]), weight: 1 },
    ),
  )
  .map(([own, others, hostile]) => ({ ...own, ...others, ...Object.fromEntries(hostile) }))

export const labels: fc.Arbitrary<JsonObject> = fc
  .tuple(
    sparse([
      { key: 'app', arbitrary: anyOf('web', 'web-v2'), chance: 0.5 },
      { key: 'version', arbitrary: anyOf('v1'), chance: 0.2 },
      { key: 'pod-template-hash', arbitrary: anyOf('7c9f6d5b8'), chance: 0.3 },
      { key: 'sidecar.istio.io/inject', arbitrary: anyOf('true', 'true', '', 'false', 'on'), chance: 0.1 },
      { key: 'topology.istio.io/network', arbitrary: anyOf('', 'n1'), chance: 0.1 },
      { key: 'service.istio.io/canonical-name', arbitrary: anyOf('own'), chance: 0.1 },
      { key: 'service.istio.io/canonical-revision', arbitrary: anyOf('latest'), chance: 0.05 },
      { key: 'team', arbitrary: anyOf('none', 'all'), chance: 0.1 },
    ]),
    fc.oneof(
      { arbitrary: fc.constant({}), weight: 4 },
      { arbitrary: mapOf(anyOf('__proto__', 'constructor', 'x/y'), text), weight: 1 },
    ),
  )
  .map(([own, others]) => ({ ...own, ...others }))
