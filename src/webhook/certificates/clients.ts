import { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { CertificateError, describeCertificate } from './pair.ts'

/** The allowed clients: those with a certificate of this CA, and one of the names if any are given. */
export interface ClientAuthentication {
  /** PEM, one certificate or several. */
  readonly ca: string
  /** Common names or subject alternative names, one of which a client's certificate must have. */
  readonly names: readonly string[]
  /** Calls back with a replacement of the CA, for new connections. */
  readonly onChange?: (listener: (ca: string) => void) => void
}

/** Client authentication that watches its source until it is closed. */
export interface FollowedClients extends ClientAuthentication {
  readonly close: () => void
}

/** Validates the options of client authentication. Throws a CertificateError. */
export function checkClientAuthentication({ ca }: ClientAuthentication, now: Date): void {
  const { notAfter } = describeCertificate(ca)
  if (notAfter <= now) throw new CertificateError(`the client CA expired at ${notAfter.toISOString()}`)
}

/**
 * Whether the client of a connection has one of the allowed names; TLS has verified its certificate. Cached per
 * connection: parsing a certificate takes longer than a review.
 */
export function clientCheck(names: readonly string[]): (socket: TLSSocket) => boolean {
  const results = new WeakMap<TLSSocket, boolean>()
  const allowed = new Set(names)
  return (socket) => {
    let result = results.get(socket)
    if (result === undefined) {
      result = clientNames(socket).some((name) => allowed.has(name))
      results.set(socket, result)
    }
    return result
  }
}

function clientNames(socket: TLSSocket): string[] {
  const { raw } = socket.getPeerCertificate()
  if (raw === undefined) return []
  const x509 = new X509Certificate(raw)
  const commonNames = x509.subject.split('\n').flatMap((part) => (part.startsWith('CN=') ? [part.slice(3)] : []))
  return [...commonNames, ...describeCertificate(x509.toString()).names]
}
