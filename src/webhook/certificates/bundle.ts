import { X509Certificate } from 'node:crypto'

/** Certificates as PEM by SHA-256 fingerprint: bundles are compared as sets, not as strings. */
export type Bundle = ReadonlyMap<string, string>

/** The certificates in a PEM string; invalid ones are left out. */
export function readBundle(pem: string): Bundle {
  const found = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  return new Map(
    found.flatMap((text) => {
      const x509 = readCertificate(text)
      return x509 === undefined ? [] : [[x509.fingerprint256, `${text.trim()}\n`] as const]
    }),
  )
}

/** The certificates of several PEM strings, each once, in order. */
export function bundleOf(pems: readonly string[]): Bundle {
  return new Map(pems.flatMap((pem) => [...readBundle(pem)]))
}

/** The fingerprint of the first certificate in a PEM string; empty if there is none. */
export function fingerprintOf(pem: string): string {
  return readCertificate(pem)?.fingerprint256 ?? ''
}

/** The validity of the first certificate in a PEM string; undefined if there is none. */
export function lifeOf(pem: string): { readonly notBefore: Date; readonly notAfter: Date } | undefined {
  const x509 = readCertificate(pem)
  return x509 && { notBefore: new Date(x509.validFrom), notAfter: new Date(x509.validTo) }
}

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}
