import {
  type CaBundleReconciler,
  type CaBundleReport,
  type CaBundleTimes,
  keepCaBundle,
} from '../../cluster/ca-bundle.ts'
import { caSecret, usualCaSecretName } from '../../cluster/ca-secret.ts'
import type { KubeClient } from '../../cluster/client.ts'
import type { Health } from '../../cluster/health.ts'
import { readCaRecord } from '../../webhook/certificates/ca-record.ts'
import { type CaTimes, caChanges, trustedBy } from '../../webhook/certificates/ca-state.ts'
import type { CaStore } from '../../webhook/certificates/ca-store.ts'
import { type ManagedCertificate, type ManagedReport, managedCertificate } from '../../webhook/certificates/managed.ts'
import type { Log } from '../../webhook/server/log.ts'
import type { Metrics } from '../../webhook/server/metrics.ts'
import type { ReadyCondition } from '../../webhook/server/readiness.ts'

export interface ManagedCertificateOptions {
  readonly client: KubeClient
  readonly namespace: string
  readonly revision: string
  /** The Service that webhook configurations refer to. */
  readonly service: string
  /** The Secret of the CA; by default `outrigger-ca`. */
  readonly secret: string | undefined
  /** Additional names of the certificate. */
  readonly names: readonly string[]
  readonly keepsCaBundle: boolean
  readonly health: Health
  readonly log: Log
  readonly metrics: Metrics
  readonly startupMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly times?: Partial<CaTimes & CaBundleTimes>
  readonly now?: () => Date
}

export interface ManagedChoice {
  readonly source: ManagedCertificate
  /** Where the CA is stored, for messages. */
  readonly from: string
  /** Whether API servers trust the serving certificate; unset if the caBundle is managed elsewhere. */
  readonly caBundle: ReadyCondition | undefined
}

/** The default name of the Service, the same as in the chart for a release of this name. */
export const usualServiceName = 'outrigger'

/** The DNS names by which API servers and other clients in the cluster call a Service. */
export function serviceNames(service: string, namespace: string): readonly string[] {
  const inNamespace = `${service}.${namespace}`
  return [`${inNamespace}.svc`, inNamespace, service, `${inNamespace}.svc.cluster.local`, 'localhost', '127.0.0.1']
}

/** A certificate signed by the CA that all replicas share, and the management of that CA. Throws CertificateError. */
export async function serveManaged(options: ManagedCertificateOptions): Promise<ManagedChoice> {
  const { client, namespace, revision, service, health, log, metrics, times, startupMs } = options
  const store = caSecret({ client, namespace, health, name: options.secret ?? usualCaSecretName })
  const keeper = options.keepsCaBundle
    ? keepCaBundle({
        client,
        revision,
        service: { name: service, namespace },
        refresh: () => trustedNow(store),
        report: reportBundle(log, metrics),
        health,
        ...(times && { times }),
      })
    : undefined
  const ended = () => void keeper?.close()
  try {
    const source = await managedCertificate({
      store,
      names: [...new Set([...serviceNames(service, namespace), ...options.names])],
      clients: keeper,
      report: (report) => logReport(report, log, metrics),
      signal: options.signal,
      ...(times && { times }),
      ...(startupMs !== undefined && { startupMs }),
      ...(options.now && { now: options.now }),
    })
    metrics.caExpires(source.caExpiry())
    source.onChange(() => metrics.caExpires(source.caExpiry()))
    const close = () => {
      source.close()
      ended()
    }
    return { source: { ...source, close }, from: store.place, caBundle: keeper && untilTrusted(keeper, source, log) }
  } catch (error) {
    ended()
    throw error
  }
}

async function trustedNow(store: CaStore): Promise<readonly string[] | undefined> {
  const stored = await store.read()
  const read = stored && readCaRecord(stored.record)
  return read?.kind === 'valid' ? trustedBy(read.state) : undefined
}

/** How long a server waits for the caBundle before it reports ready anyway, with an error in the log. */
export const trustTimeoutMs = 30_000

/** Not ready until every webhook configuration contains the CA; after that always ready. */
function untilTrusted(keeper: CaBundleReconciler, source: ManagedCertificate, log: Log): ReadyCondition {
  const began = performance.now()
  let isReached = false
  return () => {
    if (isReached) return undefined
    const why = keeper.whyNotTrusted(source.current().pair.ca ?? '')
    const isLate = performance.now() - began > trustTimeoutMs
    isReached = why === undefined || isLate
    if (why !== undefined && isLate) log.error({}, `ready, but API servers may reject the certificate: ${why}`)
    return isReached ? undefined : why
  }
}

function logReport(report: ManagedReport, log: Log, metrics: Metrics): void {
  if (report.kind === 'changed') log.info({ change: report.change }, caChanges[report.change])
  if (report.kind === 'recovered') log.info({}, 'the CA of the webhook is valid again')
  if (report.kind === 'fault' && report.of === 'record') {
    metrics.certificateRead('error')
    log.error({}, `the CA of the webhook needs attention: ${report.reason}`)
  }
  if (report.kind === 'fault' && report.of === 'store') {
    log.warn({ reason: report.reason }, 'could not check or renew the CA of the webhook, retrying')
  }
  if (report.kind === 'leaf') {
    const { issuer, names, notAfter } = report.certificate.description
    metrics.certificateRead('success')
    log.info({ issuer, until: notAfter, names }, 'serving a new certificate')
  }
}

/** The same event of a configuration is logged once in this time, however often it happens; the metric counts all. */
const silenceMs = 60_000

function reportBundle(log: Log, metrics: Metrics): (report: CaBundleReport) => void {
  const loggedAt = new Map<string, number>()
  return ({ result, configuration, managers, reason }) => {
    metrics.caBundle(result)
    if (result === 'current') return
    const key = `${result} ${configuration}`
    const now = performance.now()
    if (now - (loggedAt.get(key) ?? Number.NEGATIVE_INFINITY) < silenceMs) return
    loggedAt.set(key, now)
    const facts = { configuration, ...(managers.length > 0 && { managers }), ...(reason !== '' && { reason }) }
    if (result === 'patched') log.info(facts, 'corrected the caBundle of a webhook configuration')
    else if (result === 'conflict')
      log.warn(facts, 'took over the caBundle of a webhook configuration from another field manager')
    else if (result === 'failed') log.warn(facts, 'could not write the caBundle of a webhook configuration, retrying')
    else log.error(facts, forbidden(configuration))
  }
}

function forbidden(configuration: string): string {
  if (configuration === '') {
    return 'not allowed to list webhook configurations, so their caBundle is not managed: grant list and watch on mutatingwebhookconfigurations, or use --no-manage-ca-bundle'
  }
  const tag = /^istio-revision-tag-(.+)$/.exec(configuration)?.[1]
  const fix = tag === undefined ? 'grant patch on it' : "add the tag to the chart's externalTags, or grant patch on it"
  return `not allowed to write the caBundle of ${configuration}; API servers may reject the certificate of this webhook: ${fix}`
}
