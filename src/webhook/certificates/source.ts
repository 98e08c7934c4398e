import type { CertificateDescription, CertificatePair } from './pair.ts'

/** Where the server's certificate comes from: made for development, read from files, or kept in the cluster. */
export interface CertificateSource {
  /** The pair to serve now; one that was checked when it came. */
  current(): ServingCertificate
  /** Calls back with each new pair. */
  onChange(listener: (certificate: ServingCertificate) => void): void
  close(): void
}

export interface ServingCertificate {
  readonly pair: CertificatePair
  readonly description: CertificateDescription
}

/** What became of reading a certificate again; whoever watches says it in the log and counts it. */
export type CertificateReport =
  | { readonly result: 'success'; readonly description: CertificateDescription }
  | { readonly result: 'error'; readonly reason: string }

/** A certificate that stays as it is. */
export function fixedCertificate(certificate: ServingCertificate): CertificateSource {
  return { current: () => certificate, onChange: () => {}, close: () => {} }
}
