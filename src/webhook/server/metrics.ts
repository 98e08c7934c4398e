import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Answer } from '../admission/answer.ts'
import type { HttpErrorCode } from './errors.ts'

/**
 * Every metric of the injector: docs/metrics.md is generated from it. The first five carry the names that Istio's
 * dashboards use. No label ever carries the name of a pod or a namespace.
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
  patchBytes: { type: 'histogram', name: 'outrigger_patch_bytes', help: 'Size of patches, before base64', labels: [] },
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
  },
  connections: { type: 'gauge', name: 'outrigger_connections', help: 'Open connections to the webhook', labels: [] },
  connectionsRefused: {
    type: 'counter',
    name: 'outrigger_connections_refused_total',
    help: 'Connections closed at once because of the connection limit',
    labels: [],
  },
  tlsErrors: { type: 'counter', name: 'outrigger_tls_errors_total', help: 'TLS handshakes that failed', labels: [] },
  ready: { type: 'gauge', name: 'outrigger_ready', help: 'Whether /healthz/ready says so (1) or not (0)', labels: [] },
} as const satisfies Record<string, MetricEntry>

interface MetricEntry {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
}

/** Where the injector's parts tell what happens. */
export interface Metrics {
  readonly registry: Registry
  answered(answer: Answer, seconds: number): void
  failed(code: HttpErrorCode): void
  /** A configuration serves since `at`. */
  configLoaded(hash: string, revision: string, at: Date): void
  configRead(result: 'success' | 'error'): void
  certificateRead(result: 'success' | 'error'): void
  informer(kind: string, synced: boolean): void
  informerFailed(kind: string): void
  caBundle(result: CaBundleResult): void
  /** When the CA that signs now expires; of a server without a managed CA it is never called. */
  caExpires(at: Date): void
  connectionRefused(): void
  tlsError(): void
  /** What is asked when the metrics are collected. */
  observe(sources: ObservedSources): void
}

export type CaBundleResult = 'current' | 'patched' | 'conflict' | 'forbidden' | 'failed'

export interface ObservedSources {
  certificateExpiry(): Date
  connections(): number
  ready(): boolean
}

// A review takes some 0.4 ms; buckets that start with Prometheus' usual 5 ms would show nothing.
const timeBuckets = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]
const sizeBuckets = [512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 262_144]
// Templates can be combined at will by an annotation, and each combination is a time series.
const maxTemplateLabels = 100

/** Metrics in a registry of their own; with Node's usual ones (memory, event loop, collection) unless told otherwise. */
export function createMetrics({ nodeMetrics = true }: { readonly nodeMetrics?: boolean } = {}): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const counter = <L extends string>({ name, help, labels }: { name: string; help: string; labels: readonly L[] }) =>
    new Counter<L>({ name, help, labelNames: labels, registers })
  const gauge = <L extends string>({ name, help, labels }: { name: string; help: string; labels: readonly L[] }) =>
    new Gauge<L>({ name, help, labelNames: labels, registers })
  const { time, patchBytes, connections, certificateExpiry, caCertificateExpiry, ready, ...plain } = metricTable
  const requests = counter(plain.requests)
  const outcomes = { injected: counter(plain.success), skipped: counter(plain.skip), denied: counter(plain.failure) }
  const times = new Histogram({ name: time.name, help: time.help, buckets: timeBuckets, registers })
  const decisions = counter(plain.decisions)
  const warnings = counter(plain.warnings)
  const sizes = new Histogram({ name: patchBytes.name, help: patchBytes.help, buckets: sizeBuckets, registers })
  const configReloads = counter(plain.configReloads)
  const configInfo = gauge(plain.configInfo)
  const configLastSuccess = gauge(plain.configLastSuccess)
  const certificateReloads = counter(plain.certificateReloads)
  const informerSynced = gauge(plain.informerSynced)
  const informerFailures = counter(plain.informerFailures)
  const caBundleChecks = counter(plain.caBundleChecks)
  const connectionsRefused = counter(plain.connectionsRefused)
  const tlsErrors = counter(plain.tlsErrors)
  const templateLabel = boundedLabel(maxTemplateLabels)
  let caExpiry: Date | undefined
  if (nodeMetrics) collectDefaultMetrics({ register: registry })

  return {
    registry,
    answered({ decision, facts }, seconds) {
      requests.inc()
      outcomes[decision.result].inc()
      times.observe(seconds)
      decisions.inc({ result: decision.result, reason: decision.reason, template: templateLabel(decision.templates) })
      for (const code of facts.warningCodes) warnings.inc({ code })
      if (facts.patchBytes > 0) sizes.observe(facts.patchBytes)
    },
    failed(code) {
      requests.inc()
      outcomes.denied.inc()
      decisions.inc({ result: 'failed', reason: code, template: '' })
    },
    configLoaded(hash, revision, at) {
      configInfo.reset()
      configInfo.set({ hash, revision }, 1)
      configLastSuccess.set(at.getTime() / 1000)
    },
    configRead: (result) => configReloads.inc({ result }),
    certificateRead: (result) => certificateReloads.inc({ result }),
    informer: (kind, synced) => informerSynced.set({ kind }, Number(synced)),
    informerFailed: (kind) => informerFailures.inc({ kind }),
    caBundle: (result) => caBundleChecks.inc({ result }),
    caExpires(at) {
      // A server without a managed CA has no such metric, not one that says 0.
      if (caExpiry === undefined) observed(caCertificateExpiry, registers, () => secondsUntil(caExpiry ?? at))
      caExpiry = at
    },
    connectionRefused: () => connectionsRefused.inc(),
    tlsError: () => tlsErrors.inc(),
    observe(sources) {
      observed(certificateExpiry, registers, () => secondsUntil(sources.certificateExpiry()))
      observed(connections, registers, () => sources.connections())
      observed(ready, registers, () => Number(sources.ready()))
    },
  }
}

function secondsUntil(date: Date): number {
  return (date.getTime() - Date.now()) / 1000
}

function observed({ name, help }: MetricEntry, registers: Registry[], value: () => number): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(value())
    },
  })
}

/** Names as one label value; `other` for combinations beyond the first `limit` different ones. */
function boundedLabel(limit: number): (names: readonly string[]) => string {
  const known = new Set<string>()
  return (names) => {
    const label = names.length === 1 ? (names[0] ?? '') : [...new Set(names)].join(',')
    if (!known.has(label)) {
      if (known.size >= limit) return 'other'
      known.add(label)
    }
    return label
  }
}
