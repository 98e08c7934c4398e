import { createPrivateKey, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'

/** An invalid certificate; the message contains the reason. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError'
}

/** A validated certificate chain with its key, as PEM. */
export interface CertificatePair {
  /** The leaf first, then the intermediates, if any. */
  readonly certificate: string
  readonly key: string
  /** The CA that clients verify the leaf with, if known. */
  readonly ca?: string | undefined
}

/** The fields of a certificate. */
export interface CertificateDescription {
  readonly subject: string
  readonly issuer: string
  /** Its DNS names and IP addresses. */
  readonly names: readonly string[]
  readonly notBefore: Date
  readonly notAfter: Date
  /** SHA-256 of the certificate, in hex with colons. */
  readonly fingerprint: string
  readonly isCa: boolean
}

/** Describes the first certificate in a PEM string. Throws a CertificateError if there is none. */
export function describeCertificate(pem: string): CertificateDescription {
  const x509 = parseCertificate(pem)
  return {
    subject: oneLine(x509.subject),
    issuer: oneLine(x509.issuer),
    names: namesOf(x509),
    notBefore: new Date(x509.validFrom),
    notAfter: new Date(x509.validTo),
    fingerprint: x509.fingerprint256,
    isCa: x509.ca,
  }
}

/**
 * Checks that a certificate and its key can be served at `now`: both valid, matching, not expired, and, if a CA is given,
 * signed by it. Returns the description of the leaf; throws a CertificateError with the reason.
 */
export function checkPair(pair: CertificatePair, now: Date): CertificateDescription {
  const chain = pemCertificates(pair.certificate).map(parseCertificate)
  const leaf = chain[0]
  if (leaf === undefined) throw new CertificateError('it contains no certificate')
  if (!leaf.checkPrivateKey(parseKey(pair.key)))
    throw new CertificateError('the key does not belong to the certificate')
  const description = describeCertificate(pair.certificate)
  if (description.notAfter <= now) throw new CertificateError(`it expired at ${description.notAfter.toISOString()}`)
  if (description.notBefore > now)
    throw new CertificateError(`it is not valid before ${description.notBefore.toISOString()}`)
  if (pair.ca !== undefined && !isSigned(chain, pemCertificates(pair.ca).map(parseCertificate))) {
    throw new CertificateError(`it was not signed by the given CA (its issuer is ${description.issuer})`)
  }
  try {
    createSecureContext({ cert: pair.certificate, key: pair.key })
  } catch (error) {
    throw new CertificateError(`it cannot be used for TLS: ${error instanceof Error ? error.message : error}`)
  }
  return description
}

/** The names that a certificate is not valid for. A leading wildcard matches one label. */
export function missingNames(description: CertificateDescription, wanted: readonly string[]): string[] {
  return wanted.filter((name) => !description.names.some((own) => covers(own, name)))
}

function covers(own: string, name: string): boolean {
  const [a, b] = [own.toLowerCase(), name.toLowerCase()]
  return a === b || (a.startsWith('*.') && isIP(b) === 0 && b.slice(b.indexOf('.')) === a.slice(1))
}

/** Whether each certificate of a chain signed the one before it, and one of the CAs the last (or is in the chain). */
function isSigned(chain: readonly X509Certificate[], cas: readonly X509Certificate[]): boolean {
  const fingerprints = new Set(cas.map((ca) => ca.fingerprint256))
  for (const [index, certificate] of chain.entries()) {
    if (fingerprints.has(certificate.fingerprint256)) return true
    if (cas.some((ca) => certificate.checkIssued(ca) && certificate.verify(ca.publicKey))) return true
    const next = chain[index + 1]
    if (next === undefined || !certificate.checkIssued(next) || !certificate.verify(next.publicKey)) return false
  }
  return false
}

function pemCertificates(pem: string): string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
}

function parseCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch {
    throw new CertificateError('it is not a PEM certificate')
  }
}

function parseKey(pem: string) {
  try {
    return createPrivateKey(pem)
  } catch {
    throw new CertificateError('the key is not a PEM private key without a passphrase')
  }
}

/** Node formats alternative names as a string: `DNS:localhost, IP Address:0:0:0:0:0:0:0:1`. */
function namesOf(x509: X509Certificate): string[] {
  return (x509.subjectAltName ?? '').split(', ').flatMap((entry) => {
    if (entry.startsWith('DNS:')) return [entry.slice(4)]
    return entry.startsWith('IP Address:') ? [shortAddress(entry.slice(11))] : []
  })
}

function shortAddress(address: string): string {
  return isIP(address) === 6 ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address
}

function oneLine(name: string): string {
  return name.replaceAll('\n', ', ')
}
