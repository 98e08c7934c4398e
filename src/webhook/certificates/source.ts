import type { CertificateDescription, CertificatePair } from './pair.ts'

/** The source of the serving certificate: created for development, read from files, or managed in the cluster. */
export interface CertificateSource {
  /** The pair to serve, already validated. */
  current(): ServingCertificate
  /** Calls back with each new pair. */
  onChange(listener: (certificate: ServingCertificate) => void): void
  /** Ends its work; resolves when nothing of it is in flight, such as a write. */
  close(): void | Promise<void>
}

export interface ServingCertificate {
  readonly pair: CertificatePair
  readonly description: CertificateDescription
}

/** The result of reloading a certificate, for log and metrics. */
export type CertificateReport =
  | { readonly result: 'success'; readonly description: CertificateDescription }
  | { readonly result: 'error'; readonly reason: string }

/** A fixed certificate. */
export function fixedCertificate(certificate: ServingCertificate): CertificateSource {
  return { current: () => certificate, onChange: () => {}, close: () => {} }
}
