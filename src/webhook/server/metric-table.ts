// A review takes some 0.4 ms; buckets that start with Prometheus' usual 5 ms would show nothing.
const timeBuckets = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]
const sizeBuckets = [512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 262_144]

/**
 * Every metric of the injector: `createMetrics` creates what stands here, and docs/metrics.md is generated from it. The
 * first five carry the names that Istio's dashboards use. No label ever carries the name of a pod or a namespace.
 */
export const metricTable = {
  requests: {
    type: 'counter',
    name: 'sidecar_injection_requests_total',
    help: 'Requests, each counted once',
    labels: [],
  },
  success: {
    type: 'counter',
    name: 'sidecar_injection_success_total',
    help: 'Requests that ended with an injected pod',
    labels: [],
  },
  failure: {
    type: 'counter',
    name: 'sidecar_injection_failure_total',
    help: 'Requests that were denied or ended with an HTTP error',
    labels: [],
  },
  skip: {
    type: 'counter',
    name: 'sidecar_injection_skip_total',
    help: 'Requests whose pod was left as it is',
    labels: [],
  },
  time: {
    type: 'histogram',
    name: 'sidecar_injection_time_seconds',
    help: 'Time to answer a review, from its complete body to the response',
    labels: [],
    buckets: timeBuckets,
  },
  decisions: {
    type: 'counter',
    name: 'outrigger_decisions_total',
    help: 'Requests by what became of them (injected, skipped, denied, or failed with the code of the HTTP error as reason) and by the templates',
    labels: ['result', 'reason', 'template'],
  },
  warnings: {
    type: 'counter',
    name: 'outrigger_warnings_total',
    help: 'Warnings given with an answer',
    labels: ['code'],
  },
  patchBytes: {
    type: 'histogram',
    name: 'outrigger_patch_bytes',
    help: 'Size of patches, before base64',
    labels: [],
    buckets: sizeBuckets,
  },
  configReloads: {
    type: 'counter',
    name: 'outrigger_config_reloads_total',
    help: 'Times the configuration was read, by result: success, or error and the last valid one kept',
    labels: ['result'],
  },
  configInfo: {
    type: 'gauge',
    name: 'outrigger_config_info',
    help: 'Always 1; which configuration serves',
    labels: ['hash', 'revision'],
  },
  configLastSuccess: {
    type: 'gauge',
    name: 'outrigger_config_last_reload_success_timestamp_seconds',
    help: 'When the serving configuration was loaded, Unix time',
    labels: [],
  },
  certificateExpiry: {
    type: 'gauge',
    name: 'outrigger_certificate_expiry_seconds',
    help: 'Seconds until the serving certificate expires; negative when it has',
    labels: [],
    measured: true,
  },
  certificateReloads: {
    type: 'counter',
    name: 'outrigger_certificate_reloads_total',
    help: 'Times a certificate was read, by result: success, or error and the last valid one kept',
    labels: ['result'],
  },
  informerSynced: {
    type: 'gauge',
    name: 'outrigger_informer_synced',
    help: 'Whether the objects of a kind are known and current (1) or not (0)',
    labels: ['kind'],
  },
  informerFailures: {
    type: 'counter',
    name: 'outrigger_informer_watch_failures_total',
    help: 'Times the objects of a kind could not be listed or watched; each is tried again',
    labels: ['kind'],
  },
  caBundleChecks: {
    type: 'counter',
    name: 'outrigger_ca_bundle_checks_total',
    help: 'Times the caBundle of a webhook configuration was looked at, by what came of it: current, patched, conflict (with another field manager), forbidden or failed',
    labels: ['result'],
  },
  caCertificateExpiry: {
    type: 'gauge',
    name: 'outrigger_ca_certificate_expiry_seconds',
    help: 'Seconds until the managed CA that signs now expires; negative when it has',
    labels: [],
    measured: true,
  },
  connections: {
    type: 'gauge',
    name: 'outrigger_connections',
    help: 'Open connections to the webhook',
    labels: [],
    measured: true,
  },
  connectionsRefused: {
    type: 'counter',
    name: 'outrigger_connections_refused_total',
    help: 'Connections closed at once because of the connection limit',
    labels: [],
  },
  tlsErrors: { type: 'counter', name: 'outrigger_tls_errors_total', help: 'TLS handshakes that failed', labels: [] },
  ready: {
    type: 'gauge',
    name: 'outrigger_ready',
    help: 'Whether /healthz/ready says so (1) or not (0)',
    labels: [],
    measured: true,
  },
} as const satisfies Record<string, MetricEntry>

interface EntryOf<Type extends string> {
  readonly type: Type
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
}

export type MetricEntry =
  | EntryOf<'counter'>
  /** `measured`: its value is asked for when metrics are collected; it is absent as long as there is nobody to ask. */
  | (EntryOf<'gauge'> & { readonly measured?: true })
  | (EntryOf<'histogram'> & { readonly buckets: readonly number[] })

export type MetricTable = typeof metricTable
