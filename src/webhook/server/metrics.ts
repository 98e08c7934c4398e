import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Answer } from '../admission/answer.ts'
import type { HttpErrorCode } from './errors.ts'
import { type MetricEntry, type MetricTable, metricTable } from './metric-table.ts'

/** Records metrics of all parts of the injector. */
export interface Metrics {
  readonly registry: Registry
  answered(answer: Answer, seconds: number): void
  failed(code: HttpErrorCode): void
  /** A configuration is serving since `at`. */
  configLoaded(serving: { readonly hash: string; readonly revision: string; readonly tag: string }, at: Date): void
  configRead(result: 'success' | 'error'): void
  certificateRead(result: 'success' | 'error'): void
  informer(kind: string, synced: boolean): void
  informerFailed(kind: string): void
  caBundle(result: CaBundleResult): void
  /** Sets the source of the expiry of the current CA; not called by a server without a managed CA. */
  caExpires(at: Date): void
  connectionRefused(): void
  tlsError(): void
  /** Values that are read when metrics are collected. */
  observe(sources: ObservedSources): void
}

export type CaBundleResult = 'current' | 'patched' | 'conflict' | 'forbidden' | 'failed'

export interface ObservedSources {
  certificateExpiry(): Date
  connections(): number
  ready(): boolean
}

// An annotation can combine templates arbitrarily, and each combination is a time series.
const maxTemplateLabels = 100

/** Metrics in a new registry, by default with those of Node (memory, event loop, garbage collection). */
export function createMetrics({ nodeMetrics = true }: { readonly nodeMetrics?: boolean } = {}): Metrics {
  const registry = new Registry()
  const all = createAll(registry)
  const outcomes = { injected: all.success, skipped: all.skip, denied: all.failure }
  const templateLabel = boundedLabel(maxTemplateLabels)
  let caExpiry: Date | undefined
  if (nodeMetrics) collectDefaultMetrics({ register: registry })

  return {
    registry,
    answered({ decision, facts }, seconds) {
      all.requests.inc()
      outcomes[decision.result].inc()
      all.time.observe(seconds)
      all.decisions.inc({
        result: decision.result,
        reason: decision.reason,
        template: templateLabel(decision.templates),
      })
      for (const code of facts.warningCodes) all.warnings.inc({ code })
      if (facts.patchBytes > 0) all.patchBytes.observe(facts.patchBytes)
    },
    failed(code) {
      all.requests.inc()
      outcomes.denied.inc()
      all.decisions.inc({ result: 'failed', reason: code, template: '' })
    },
    configLoaded({ hash, revision, tag }, at) {
      all.configInfo.reset()
      all.configInfo.set({ hash, revision, tag }, 1)
      all.configLastSuccess.set(at.getTime() / 1000)
    },
    configRead: (result) => all.configReloads.inc({ result }),
    certificateRead: (result) => all.certificateReloads.inc({ result }),
    informer: (kind, synced) => all.informerSynced.set({ kind }, Number(synced)),
    informerFailed: (kind) => all.informerFailures.inc({ kind }),
    caBundle: (result) => all.caBundleChecks.inc({ result }),
    caExpires(at) {
      // Without a managed CA the metric is absent, rather than 0.
      if (caExpiry === undefined) all.caCertificateExpiry.measure(() => secondsUntil(caExpiry ?? at))
      caExpiry = at
    },
    connectionRefused: () => all.connectionsRefused.inc(),
    tlsError: () => all.tlsErrors.inc(),
    observe(sources) {
      all.certificateExpiry.measure(() => secondsUntil(sources.certificateExpiry()))
      all.connections.measure(() => sources.connections())
      all.ready.measure(() => Number(sources.ready()))
    },
  }
}

function secondsUntil(date: Date): number {
  return (date.getTime() - Date.now()) / 1000
}

type MetricOf<E extends MetricEntry> = E extends { readonly measured: true }
  ? MeasuredGauge
  : {
      readonly counter: Counter<E['labels'][number]>
      readonly gauge: Gauge<E['labels'][number]>
      readonly histogram: Histogram<E['labels'][number]>
    }[E['type']]

type CreatedMetrics = { readonly [K in keyof MetricTable]: MetricOf<MetricTable[K]> }

/** Creates every metric of the table, under its key. */
function createAll(registry: Registry): CreatedMetrics {
  const created = Object.entries(metricTable).map(([key, entry]) => [key, create(entry, registry)] as const)
  // The compiler can't infer the type of a metric from its key.
  return Object.fromEntries(created) as CreatedMetrics
}

function create(entry: MetricEntry, registry: Registry): Counter | Gauge | MeasuredGauge | Histogram {
  const { name, help, labels: labelNames } = entry
  const shared = { name, help, labelNames, registers: [registry] }
  if (entry.type === 'counter') return new Counter(shared)
  if (entry.type === 'histogram') return new Histogram({ ...shared, buckets: [...entry.buckets] })
  return entry.measured === true ? new MeasuredGauge(entry, registry) : new Gauge(shared)
}

/** A gauge whose value is read when metrics are collected; absent before `measure` is called. */
class MeasuredGauge {
  readonly #entry: MetricEntry
  readonly #registry: Registry

  constructor(entry: MetricEntry, registry: Registry) {
    this.#entry = entry
    this.#registry = registry
  }

  measure(value: () => number): void {
    const { name, help } = this.#entry
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(value())
      },
    })
  }
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
