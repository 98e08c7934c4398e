// A review takes about 0.4 ms; Prometheus' default buckets start at 5 ms. The last is the API server's default time-out of a
// webhook: quantiles never exceed it, so an alert has to ask for less.
const timeBuckets = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const sizeBuckets = [512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 262_144]

/**
 * Every metric of the injector: `createMetrics` creates them, and docs/metrics.md is generated from this table. The first
 * five have the names that Istio's dashboards use. No label value is the name of a pod or namespace.
 */
export const metricTable = {
  requests: {
    type: 'counter',
    name: 'sidecar_injection_requests_total',
    help: 'Number of requests',
    labels: [],
  },
  success: {
    type: 'counter',
    name: 'sidecar_injection_success_total',
    help: 'Number of requests with an injected pod',
    labels: [],
  },
  failure: {
    type: 'counter',
    name: 'sidecar_injection_failure_total',
    help: 'Number of requests that were denied or failed with an HTTP error',
    labels: [],
  },
  skip: {
    type: 'counter',
    name: 'sidecar_injection_skip_total',
    help: 'Number of requests whose pod was not injected',
    labels: [],
  },
  time: {
    type: 'histogram',
    name: 'sidecar_injection_time_seconds',
    help: 'Processing time of a review, from the complete body to the response',
    labels: [],
    buckets: timeBuckets,
  },
  decisions: {
    type: 'counter',
    name: 'outrigger_decisions_total',
    help: 'Number of requests by result (injected, skipped, denied, or failed with the code of the HTTP error as reason) and templates',
    labels: ['result', 'reason', 'template'],
  },
  warnings: {
    type: 'counter',
    name: 'outrigger_warnings_total',
    help: 'Number of warnings in responses',
    labels: ['code'],
  },
  patchBytes: {
    type: 'histogram',
    name: 'outrigger_patch_bytes',
    help: 'Size of patches before base64',
    labels: [],
    buckets: sizeBuckets,
  },
  configReloads: {
    type: 'counter',
    name: 'outrigger_config_reloads_total',
    help: 'Number of configuration reloads by result; after an error the last valid configuration is still served',
    labels: ['result'],
  },
  configInfo: {
    type: 'gauge',
    name: 'outrigger_config_info',
    help: 'Always 1; the labels identify the serving configuration',
    labels: ['hash', 'revision', 'tag'],
  },
  configLastSuccess: {
    type: 'gauge',
    name: 'outrigger_config_last_reload_success_timestamp_seconds',
    help: 'Unix time at which the serving configuration was loaded',
    labels: [],
  },
  certificateExpiry: {
    type: 'gauge',
    name: 'outrigger_certificate_expiry_seconds',
    help: 'Seconds until the serving certificate expires; negative if it has expired',
    labels: [],
    measured: true,
  },
  certificateReloads: {
    type: 'counter',
    name: 'outrigger_certificate_reloads_total',
    help: 'Number of certificate reloads by result; after an error the last valid certificate is still served',
    labels: ['result'],
  },
  informerSynced: {
    type: 'gauge',
    name: 'outrigger_informer_synced',
    help: 'Whether the informer of a kind is synced (1) or not (0)',
    labels: ['kind'],
  },
  informerFailures: {
    type: 'counter',
    name: 'outrigger_informer_watch_failures_total',
    help: 'Number of failed lists and watches of a kind; each is retried',
    labels: ['kind'],
  },
  caBundleChecks: {
    type: 'counter',
    name: 'outrigger_ca_bundle_checks_total',
    help: 'Number of caBundle checks of webhook configurations by result: current, patched, conflict (with another field manager), forbidden or failed',
    labels: ['result'],
  },
  caCertificateExpiry: {
    type: 'gauge',
    name: 'outrigger_ca_certificate_expiry_seconds',
    help: 'Seconds until the current managed CA expires; negative if it has expired',
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
    help: 'Number of connections rejected because of the connection limit',
    labels: [],
  },
  tlsErrors: {
    type: 'counter',
    name: 'outrigger_tls_errors_total',
    help: 'Number of failed TLS handshakes',
    labels: [],
  },
  ready: {
    type: 'gauge',
    name: 'outrigger_ready',
    help: 'Whether the injector is ready (1) or not (0), as reported at /healthz/ready',
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
  /** `measured`: the value is read when metrics are collected; the metric is absent without a source. */
  | (EntryOf<'gauge'> & { readonly measured?: true })
  | (EntryOf<'histogram'> & { readonly buckets: readonly number[] })

export type MetricTable = typeof metricTable
