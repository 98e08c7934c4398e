import { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { CertificateError, describeCertificate } from './pair.ts'

/** Who may call: clients with a certificate of this CA, restricted to some names where any are given. */
export interface ClientAuthentication {
  /** PEM, one certificate or several. */
  readonly ca: string
  /** Common names or alternative names, one of which a client's certificate must have. */
  readonly names: readonly string[]
  /** Calls back with the CA that takes the place of this one, for connections from then on. */
  readonly onChange?: (listener: (ca: string) => void) => void
}

/** Client authentication that follows its source until it is closed. */
export interface FollowedClients extends ClientAuthentication {
  readonly close: () => void
}

/** Checks the options of client authentication. Throws a CertificateError. */
export function checkClientAuthentication({ ca }: ClientAuthentication, now: Date): void {
  const { notAfter } = describeCertificate(ca)
  if (notAfter <= now) throw new CertificateError(`the client CA expired at ${notAfter.toISOString()}`)
}

/**
 * Tells whether the client of a connection has one of the allowed names; that its certificate is of the right CA, TLS
 * has seen to. Looked up once for a connection: reading a certificate takes longer than answering a review.
 */
export function clientCheck(names: readonly string[]): (socket: TLSSocket) => boolean {
  const verdicts = new WeakMap<TLSSocket, boolean>()
  const allowed = new Set(names)
  return (socket) => {
    let verdict = verdicts.get(socket)
    if (verdict === undefined) {
      verdict = clientNames(socket).some((name) => allowed.has(name))
      verdicts.set(socket, verdict)
    }
    return verdict
  }
}

function clientNames(socket: TLSSocket): string[] {
  const { raw } = socket.getPeerCertificate()
  if (raw === undefined) return []
  const x509 = new X509Certificate(raw)
  const commonNames = x509.subject.split('\n').flatMap((part) => (part.startsWith('CN=') ? [part.slice(3)] : []))
  return [...commonNames, ...describeCertificate(x509.toString()).names]
}
