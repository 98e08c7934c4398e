import { readFile } from 'node:fs/promises'
import type { ClientAuthentication } from '../../server/certificates/clients.ts'
import { devCertificate, devCertificateFiles } from '../../server/certificates/dev.ts'
import { certificateFromFiles } from '../../server/certificates/files.ts'
import { missingNames } from '../../server/certificates/pair.ts'
import { type CertificateReport, type CertificateSource, fixedCertificate } from '../../server/certificates/source.ts'
import type { Log } from '../../server/log.ts'
import type { Metrics } from '../../server/metrics.ts'
import { CliError, fileReason } from '../exit.ts'
import type { Io } from '../io.ts'
import { pathOf } from '../settings.ts'

export interface CertificateFlags {
  readonly tls?: 'dev' | 'files'
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly tlsCa?: string
  readonly certsDir: string
  /** Names by which the webhook is called. */
  readonly tlsName?: readonly string[]
  readonly clientCa?: string
  readonly clientNames?: string
}

/** The certificate that serves, and what a person wants to know of it. */
export interface CertificateChoice {
  readonly source: CertificateSource
  /** In words: the file, and what was made just now. */
  readonly from: string
  readonly mode: 'dev' | 'files'
  /** The file of the CA that a client verifies it with, where there is one. */
  readonly caFile: string | undefined
}

interface Reporting {
  readonly log: Log
  readonly metrics: Metrics
}

/** The certificate as the flags want it. Throws CliError or CertificateError. */
export async function chooseCertificate(
  flags: CertificateFlags,
  io: Io,
  reporting: Reporting,
): Promise<CertificateChoice> {
  const { tlsCert, tlsKey, tlsCa, tlsName = [] } = flags
  const given = tlsCert !== undefined || tlsKey !== undefined
  const mode = flags.tls ?? (given ? 'files' : 'dev')
  if (mode === 'dev') {
    if (given)
      throw new CliError('--tls dev makes its own certificate: leave out --tls-cert and --tls-key, or use --tls files')
    return developmentCertificate(pathOf(flags.certsDir, io), tlsName)
  }
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
  return { source, mode, from: tlsCert, caFile: tlsCa }
}

async function developmentCertificate(folder: string, names: readonly string[]): Promise<CertificateChoice> {
  const { made, ...certificate } = await devCertificate(folder, names)
  const files = devCertificateFiles(folder)
  return {
    source: fixedCertificate(certificate),
    mode: 'dev',
    from: made === undefined ? files.certificate : `${files.certificate} (${made} made just now)`,
    caFile: files.ca,
  }
}

function tell(report: CertificateReport, { log, metrics }: Reporting): void {
  metrics.certificateRead(report.result)
  if (report.result === 'bad') log.error({}, `the last good certificate goes on serving: ${report.reason}`)
  else log.info({ until: report.description.notAfter, names: report.description.names }, 'a new certificate serves')
}

/** Who may call; undefined: everyone. Throws CliError. */
export async function chooseClients(flags: CertificateFlags, io: Io): Promise<ClientAuthentication | undefined> {
  const { clientCa, clientNames } = flags
  if (clientCa === undefined) {
    if (clientNames !== undefined)
      throw new CliError('--client-names needs --client-ca: names count only in a verified certificate')
    return undefined
  }
  try {
    const ca = await readFile(pathOf(clientCa, io), 'utf8')
    const names = (clientNames ?? '').split(',').map((name) => name.trim())
    return { ca, names: names.filter((name) => name !== '') }
  } catch (error) {
    throw new CliError(`--client-ca ${clientCa} can't be read: ${fileReason(error)}`)
  }
}
