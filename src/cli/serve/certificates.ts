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

/** The certificate that serves, and what a person wants to know of it. */
export interface CertificateChoice {
  readonly source: CertificateSource
  /** In words: the file, and what was made just now. */
  readonly from: string
  readonly mode: 'dev' | 'files' | 'managed'
  /** The file of the CA that a client verifies it with, where there is one. */
  readonly caFile: string | undefined
  /** What must hold for the server to be ready, beside a certificate that hasn't expired. */
  readonly conditions: { readonly [name: string]: ReadyCondition }
}

interface Reporting {
  readonly log: Log
  readonly metrics: Metrics
}

/** What is around the server: a cluster, perhaps. */
export interface CertificateContext extends Reporting {
  readonly cluster: KubeClient | undefined
  /** Whom to tell how well it can be followed. */
  readonly health: Health | undefined
  /** The namespace that this runs in. */
  readonly namespace: string | undefined
  readonly revision: string
  /** How long the first certificate may take, in milliseconds. */
  readonly startupMs?: number
  /** Ends the wait for it. */
  readonly signal?: AbortSignal
}

/** The certificate as the flags want it. Throws CliError or CertificateError. */
export async function chooseCertificate(
  flags: ServeFlags,
  io: Io,
  surroundings: CertificateContext,
): Promise<CertificateChoice> {
  const { tlsCert, tlsKey, tlsName = [] } = flags
  const isGiven = tlsCert !== undefined || tlsKey !== undefined
  // Whoever serves a cluster from outside of it, to try things, should not find a Secret in there.
  const isInCluster = surroundings.cluster !== undefined && Boolean(io.env['KUBERNETES_SERVICE_HOST'])
  const mode = flags.tls ?? (isGiven ? 'files' : isInCluster ? 'managed' : 'dev')
  if (mode === 'files') return certificateOfFiles(flags, io, surroundings)
  if (isGiven)
    throw new CliError(
      `--tls ${mode} makes its own certificate: leave out --tls-cert and --tls-key, or use --tls files`,
    )
  return mode === 'dev'
    ? developmentCertificate(pathOf(flags.certsDir, io), tlsName, surroundings)
    : clusterCertificate(flags, io, surroundings)
}

function certificateOfFiles(flags: ServeFlags, io: Io, reporting: Reporting): CertificateChoice {
  const { tlsCert, tlsKey, tlsCa, tlsName = [] } = flags
  if (tlsCert === undefined || tlsKey === undefined)
    throw new CliError('--tls files needs both --tls-cert and --tls-key')
  const files = {
    certificate: pathOf(tlsCert, io),
    key: pathOf(tlsKey, io),
    ca: tlsCa === undefined ? undefined : pathOf(tlsCa, io),
  }
  const source = certificateFromFiles(files, { report: (report) => tell(report, reporting) })
  const missing = missingNames(source.current().description, tlsName)
  if (missing.length > 0) reporting.log.warn({ missing }, `the certificate ${tlsCert} is not for ${missing.join(', ')}`)
  return { source, mode: 'files', from: tlsCert, caFile: tlsCa, conditions: {} }
}

async function developmentCertificate(
  folder: string,
  names: readonly string[],
  reporting: Reporting,
): Promise<CertificateChoice> {
  const source = await devCertificateSource(folder, { names, report: (report) => tell(report, reporting) })
  const files = devCertificateFiles(folder)
  const made = source.made === undefined ? '' : ` (${source.made} made just now)`
  return { source, mode: 'dev', from: `${files.certificate}${made}`, caFile: files.ca, conditions: {} }
}

async function clusterCertificate(
  flags: ServeFlags,
  io: Io,
  { cluster, health, namespace, revision, log, metrics, startupMs, signal }: CertificateContext,
): Promise<CertificateChoice> {
  if (cluster === undefined || health === undefined || namespace === undefined)
    throw new CliError('--tls managed keeps its CA in a cluster: give --kubeconfig, or use --tls dev or --tls files')
  const { serveManaged, usualServiceName } = await import('./managed-certificate.ts')
  const { source, from, caBundle } = await serveManaged({
    client: cluster,
    namespace,
    revision,
    service: flags.serviceName ?? (io.env['SERVICE_NAME'] || usualServiceName(revision)),
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

function tell(report: CertificateReport, { log, metrics }: Reporting): void {
  metrics.certificateRead(report.result)
  if (report.result === 'error') log.error({}, `the last good certificate goes on serving: ${report.reason}`)
  else log.info({ until: report.description.notAfter, names: report.description.names }, 'a new certificate serves')
}

/** Who may call; undefined: everyone. The CA's file is followed until `close`. Throws CliError or CertificateError. */
export async function chooseClients(
  { clientCa, clientNames }: ServeFlags,
  io: Io,
  log: Log,
): Promise<FollowedClients | undefined> {
  if (clientCa === undefined) {
    if (clientNames !== undefined)
      throw new CliError('--client-names needs --client-ca: names count only in a verified certificate')
    return undefined
  }
  const names = (clientNames ?? '').split(',').map((name) => name.trim())
  return clientsFromFile(pathOf(clientCa, io), {
    names: names.filter((name) => name !== ''),
    report: (reason) => {
      if (reason === undefined) log.info({}, 'clients must show a certificate of the new client CA')
      else log.error({}, `the last good client CA goes on counting: ${reason}`)
    },
  })
}
