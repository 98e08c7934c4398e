import { followFiles, readPemFile, type WatchTimes } from './follow.ts'
import { CertificateError, type CertificatePair, checkPair } from './pair.ts'
import type { CertificateReport, CertificateSource, ServingCertificate } from './source.ts'

export interface CertificateFiles {
  readonly certificate: string
  readonly key: string
  readonly ca?: string | undefined
}

export interface WatchOptions extends WatchTimes {
  /** Called after each change of the files: with the new certificate, or the reason why the last valid one is kept. */
  readonly report: (report: CertificateReport) => void
}

/**
 * Serves a certificate from files, which are watched for changes; while they are invalid, the last valid pair is served.
 * Throws a CertificateError if the first one is invalid.
 */
export function certificateFromFiles(files: CertificateFiles, { report, ...times }: WatchOptions): CertificateSource {
  const listeners: ((certificate: ServingCertificate) => void)[] = []
  const followed = followFiles({
    ...times,
    files: [files.certificate, files.key, files.ca].filter((file) => file !== undefined),
    read: () => read(files),
    isSame: (one, other) => samePair(one.pair, other.pair),
    onGood: (next) => {
      for (const listener of listeners) listener(next)
      report({ result: 'success', description: next.description })
    },
    onBad: (reason) => report({ result: 'error', reason }),
  })
  return { ...followed, onChange: (listener) => listeners.push(listener) }
}

function read(files: CertificateFiles): ServingCertificate {
  const pair: CertificatePair = {
    certificate: readPemFile(files.certificate),
    key: readPemFile(files.key),
    ca: files.ca === undefined ? undefined : readPemFile(files.ca),
  }
  try {
    return { pair, description: checkPair(pair, new Date()) }
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error
    throw new CertificateError(
      `the certificate ${files.certificate} with the key ${files.key} cannot be used: ${error.message}`,
    )
  }
}

function samePair(a: CertificatePair, b: CertificatePair): boolean {
  return a.certificate === b.certificate && a.key === b.key && a.ca === b.ca
}
