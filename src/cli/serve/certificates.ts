import type { KubeClient } from '../../cluster/client.ts'
import type { Health } from '../../cluster/health.ts'
import { clientsFromFile } from '../../webhook/certificates/client-ca.ts'
import type { FollowedClients } from '../../webhook/certificates/clients.ts'
import { devCertificateFiles, devCertificateSource } from '../../webhook/certificates/dev.ts'
import { certificateFromFiles } from '../../webhook/certificates/files.ts'
import { missingNames } from '../../webhook/certificates/pair.ts'
import type { CertificateReport, CertificateSource } from '../../webhook/certificates/source.ts'
import type { Log } from '../../webhook/server/log.ts'
import type { Metrics } from '../../webhook/server/metrics.ts'
import type { ReadyCondition } from '../../webhook/server/readiness.ts'
import type { ServeFlags } from '../commands/serve.ts'
import { CliError } from '../exit.ts'
import { type Io, pathOf } from '../io.ts'

/** The serving certificate, with what is printed about it. */
export interface CertificateChoice {
  readonly source: CertificateSource
  /** For messages: the file, and what was just created. */
  readonly from: string
  readonly mode: 'dev' | 'files' | 'managed'
  /** The file of the CA that clients verify it with, if there is one. */
  readonly caFile: string | undefined
  /** The condition for readiness, besides a certificate that hasn't expired. */
  readonly conditions: { readonly [name: string]: ReadyCondition }
}

interface Reporting {
  readonly log: Log
  readonly metrics: Metrics
}

/** The environment of the server. */
export interface CertificateContext extends Reporting {
  readonly cluster: KubeClient | undefined
  /** Receives the health of the cluster's watches. */
  readonly health: Health | undefined
  /** The namespace of this process. */
  readonly namespace: string | undefined
  readonly revision: string
  /** The time limit for the first certificate, in milliseconds. */
  readonly startupMs?: number
  /** Aborts the wait for it. */
  readonly signal?: AbortSignal
}

/** The certificate that the flags select. Throws CliError or CertificateError. */
export async function chooseCertificate(
  flags: ServeFlags,
  io: Io,
  surroundings: CertificateContext,
): Promise<CertificateChoice> {
  const { tlsCert, tlsKey, tlsName = [] } = flags
  const isGiven = tlsCert !== undefined || tlsKey !== undefined
  // A server outside the cluster, for experiments, should not create a Secret there.
  const isInCluster = surroundings.cluster !== undefined && Boolean(io.env['KUBERNETES_SERVICE_HOST'])
  const mode = flags.tls ?? (isGiven ? 'files' : isInCluster ? 'managed' : 'dev')
  if (mode === 'files') return certificateOfFiles(flags, io, surroundings)
  if (isGiven)
    throw new CliError(`--tls ${mode} creates its own certificate: remove --tls-cert and --tls-key, or use --tls files`)
  return mode === 'dev'
    ? developmentCertificate(pathOf(flags.certsDir, io), tlsName, surroundings)
    : clusterCertificate(flags, io, surroundings)
}

function certificateOfFiles(flags: ServeFlags, io: Io, reporting: Reporting): CertificateChoice {
  const { tlsCert, tlsKey, tlsCa, tlsName = [] } = flags
  if (tlsCert === undefined || tlsKey === undefined)
    throw new CliError('--tls files requires both --tls-cert and --tls-key')
  const files = {
    certificate: pathOf(tlsCert, io),
    key: pathOf(tlsKey, io),
    ca: tlsCa === undefined ? undefined : pathOf(tlsCa, io),
  }
  const source = certificateFromFiles(files, { report: (report) => logReport(report, reporting) })
  const missing = missingNames(source.current().description, tlsName)
  if (missing.length > 0)
    reporting.log.warn({ missing }, `the certificate ${tlsCert} is not valid for ${missing.join(', ')}`)
  return { source, mode: 'files', from: tlsCert, caFile: tlsCa, conditions: {} }
}

async function developmentCertificate(
  folder: string,
  names: readonly string[],
  reporting: Reporting,
): Promise<CertificateChoice> {
  const source = await devCertificateSource(folder, { names, report: (report) => logReport(report, reporting) })
  const files = devCertificateFiles(folder)
  const made = source.made === undefined ? '' : ` (${source.made} just created)`
  return { source, mode: 'dev', from: `${files.certificate}${made}`, caFile: files.ca, conditions: {} }
}

async function clusterCertificate(
  flags: ServeFlags,
  io: Io,
  { cluster, health, namespace, revision, log, metrics, startupMs, signal }: CertificateContext,
): Promise<CertificateChoice> {
  if (cluster === undefined || health === undefined || namespace === undefined)
    throw new CliError('--tls managed stores its CA in a cluster: pass --kubeconfig, or use --tls dev or --tls files')
  const { serveManaged, usualServiceName } = await import('./managed-certificate.ts')
  const { source, from, caBundle } = await serveManaged({
    client: cluster,
    namespace,
    revision,
    service: flags.serviceName ?? (io.env['SERVICE_NAME'] || usualServiceName),
    secret: flags.caSecret,
    names: flags.tlsName ?? [],
    keepsCaBundle: flags.manageCaBundle,
    health,
    log,
    metrics,
    startupMs,
    signal,
  })
  return { source, mode: 'managed', from, caFile: undefined, conditions: caBundle === undefined ? {} : { caBundle } }
}

function logReport(report: CertificateReport, { log, metrics }: Reporting): void {
  metrics.certificateRead(report.result)
  if (report.result === 'error')
    log.error({}, `certificate not reloaded, the last valid one is still served: ${report.reason}`)
  else log.info({ until: report.description.notAfter, names: report.description.names }, 'serving a new certificate')
}

/** The clients that may connect; undefined for all. The CA file is watched until `close`. Throws CliError or CertificateError. */
export async function chooseClients(
  { clientCa, clientNames }: ServeFlags,
  io: Io,
  log: Log,
): Promise<FollowedClients | undefined> {
  if (clientCa === undefined) {
    if (clientNames !== undefined)
      throw new CliError('--client-names requires --client-ca: only verified certificates have trusted names')
    return undefined
  }
  const names = (clientNames ?? '').split(',').map((name) => name.trim())
  return clientsFromFile(pathOf(clientCa, io), {
    names: names.filter((name) => name !== ''),
    report: (reason) => {
      if (reason === undefined) log.info({}, 'client CA reloaded')
      else log.error({}, `client CA not reloaded, the last valid one is still used: ${reason}`)
    },
  })
}
