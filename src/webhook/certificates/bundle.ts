import { X509Certificate } from 'node:crypto'

/** Certificates by their SHA-256 fingerprint, each as PEM: bundles are compared as sets, never as texts. */
export type Bundle = ReadonlyMap<string, string>

/** The certificates of a PEM text; what can't be read is left out. */
export function readBundle(pem: string): Bundle {
  const found = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  return new Map(
    found.flatMap((text) => {
      const x509 = readCertificate(text)
      return x509 === undefined ? [] : [[x509.fingerprint256, `${text.trim()}\n`] as const]
    }),
  )
}

/** The certificates of several texts, each once, in their order. */
export function bundleOf(pems: readonly string[]): Bundle {
  return new Map(pems.flatMap((pem) => [...readBundle(pem)]))
}

/** The fingerprint of a text's first certificate; empty when there is none. */
export function fingerprintOf(pem: string): string {
  return readCertificate(pem)?.fingerprint256 ?? ''
}

/** When a text's first certificate begins and ends; undefined when there is none. */
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
