import {
  type CaBundleReconciler,
  type CaBundleReport,
  type CaBundleTimes,
  keepCaBundle,
} from '../../cluster/ca-bundle.ts'
import { caSecret, caSecretName } from '../../cluster/ca-secret.ts'
import type { KubeClient } from '../../cluster/client.ts'
import type { Health } from '../../cluster/health.ts'
import { revisionValue } from '../../istio/revisions/names.ts'
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
  /** The Service that webhook configurations call. */
  readonly service: string
  /** The Secret of the CA; by default the revision's. */
  readonly secret: string | undefined
  /** More names that the certificate is for. */
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
  /** Where the CA lies, in words. */
  readonly from: string
  /** Whether API servers trust what serves; left out where somebody else sees to that. */
  readonly caBundle: ReadyCondition | undefined
}

/** The name of the Service of a revision, unless another one is given: as the chart has it. */
export function usualServiceName(revision: string): string {
  const value = revisionValue(revision)
  return value === 'default' ? 'outrigger' : `outrigger-${value}`
}

/** The names by which an API server, or whoever is beside it, may call a Service. */
export function serviceNames(service: string, namespace: string): readonly string[] {
  const inNamespace = `${service}.${namespace}`
  return [`${inNamespace}.svc`, inNamespace, service, `${inNamespace}.svc.cluster.local`, 'localhost', '127.0.0.1']
}

/** A certificate of the CA that all replicas share, and the upkeep of that CA. Throws CertificateError. */
export async function serveManaged(options: ManagedCertificateOptions): Promise<ManagedChoice> {
  const { client, namespace, revision, service, health, log, metrics, times, startupMs } = options
  const store = caSecret({ client, namespace, health, name: options.secret ?? caSecretName(revision) })
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
      report: (report) => tell(report, log, metrics),
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
  return read?.kind === 'good' ? trustedBy(read.state) : undefined
}

/** For so long a server waits for the caBundle; whoever can't be told of the CA then needs somebody to look. */
export const trustTimeoutMs = 30_000

/** Not ready until every webhook configuration holds the CA; once that was so, it counts as so. */
function untilTrusted(keeper: CaBundleReconciler, source: ManagedCertificate, log: Log): ReadyCondition {
  const began = performance.now()
  let isReached = false
  return () => {
    if (isReached) return undefined
    const why = keeper.whyNotTrusted(source.current().pair.ca ?? '')
    const isLate = performance.now() - began > trustTimeoutMs
    isReached = why === undefined || isLate
    if (why !== undefined && isLate) log.error({}, `ready, although API servers may refuse the certificate: ${why}`)
    return isReached ? undefined : why
  }
}

function tell(report: ManagedReport, log: Log, metrics: Metrics): void {
  if (report.kind === 'changed') log.info({ change: report.change }, caChanges[report.change])
  if (report.kind === 'mended') log.info({}, 'the CA of the webhook is all right again')
  if (report.kind === 'fault' && report.of === 'record') {
    metrics.certificateRead('error')
    log.error({}, `the CA of the webhook needs attention: ${report.reason}`)
  }
  if (report.kind === 'fault' && report.of === 'store') {
    log.warn({ reason: report.reason }, 'the CA of the webhook cannot be looked after, and is tried again')
  }
  if (report.kind === 'leaf') {
    const { issuer, names, notAfter } = report.certificate.description
    metrics.certificateRead('success')
    log.info({ issuer, until: notAfter, names }, 'a new certificate serves')
  }
}

/** The same about the same configuration is told once in this time, however often it happens; the metric counts each. */
const silenceMs = 60_000

function reportBundle(log: Log, metrics: Metrics): (report: CaBundleReport) => void {
  const told = new Map<string, number>()
  return ({ result, configuration, managers, reason }) => {
    metrics.caBundle(result)
    if (result === 'current') return
    const key = `${result} ${configuration}`
    const now = performance.now()
    if (now - (told.get(key) ?? Number.NEGATIVE_INFINITY) < silenceMs) return
    told.set(key, now)
    const facts = { configuration, ...(managers.length > 0 && { managers }), ...(reason !== '' && { reason }) }
    if (result === 'patched') log.info(facts, 'the caBundle of a webhook configuration was put right')
    else if (result === 'conflict') log.warn(facts, 'another field manager had set the caBundle: it was taken over')
    else if (result === 'failed')
      log.warn(facts, 'the caBundle of a webhook configuration cannot be written: trying again')
    else log.error(facts, forbidden(configuration))
  }
}

function forbidden(configuration: string): string {
  if (configuration === '') {
    return 'webhook configurations cannot be listed, so their caBundle is not kept: allow list and watch on mutatingwebhookconfigurations, or use --no-manage-ca-bundle'
  }
  const tag = /^istio-revision-tag-(.+)$/.exec(configuration)?.[1]
  const fix = tag === undefined ? 'allow patch on it' : "add the tag to the chart's externalTags, or allow patch on it"
  return `the caBundle of ${configuration} may not be written, and API servers may refuse this webhook there: ${fix}`
}
