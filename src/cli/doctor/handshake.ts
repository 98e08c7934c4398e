import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { type ConnectionOptions, checkServerIdentity, connect } from 'node:tls'
import { own } from '../../lang/json.ts'
import { type CertificateDescription, describeCertificate } from '../../webhook/certificates/pair.ts'

export interface HandshakeOptions {
  /** An open connection; it is closed afterwards. */
  readonly socket: Duplex
  /** The name or address that the certificate must be valid for. */
  readonly name: string
  /** PEM of the CAs to trust; by default public CAs. */
  readonly ca: string | undefined
  readonly timeoutMs: number
}

/** The certificate of a server. */
export interface Handshake {
  readonly certificate: CertificateDescription
  /** Why it isn't trusted; undefined if it is. */
  readonly problem: string | undefined
}

/** Does a TLS handshake and closes the connection. Rejects with an Error if no certificate arrives in time. */
export function shakeHands({ socket, name, ca, timeoutMs }: HandshakeOptions): Promise<Handshake> {
  return new Promise((resolve, reject) => {
    const options: ConnectionOptions = {
      socket,
      ...(isIP(name) === 0 && { servername: name }),
      ...(ca !== undefined && { ca }),
      // Verification is reported, not enforced.
      rejectUnauthorized: false,
      checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
    }
    const tls = connect(options)
    const end = (settle: () => void) => {
      clearTimeout(timer)
      tls.destroy()
      socket.destroy()
      settle()
    }
    const fail = (reason: string) => end(() => reject(new Error(reason)))
    const timer = setTimeout(() => fail(`no TLS handshake within ${timeoutMs / 1000} s`), timeoutMs)
    socket.on('error', (error) => fail(error.message))
    tls.on('error', (error) => fail(error.message))
    tls.on('close', () => fail('the connection was closed before the certificate was sent'))
    tls.on('secureConnect', () => {
      const x509 = tls.getPeerX509Certificate()
      if (x509 === undefined) return fail('it sent no certificate')
      const problem = tls.authorized ? undefined : problemOf(tls.authorizationError)
      end(() => resolve({ certificate: describeCertificate(x509.toString()), problem }))
    })
  })
}

/** Node reports the code of OpenSSL or one of its own. */
function problemOf(error: Error | string): string {
  const code = typeof error === 'string' ? error : 'code' in error ? String(error.code) : error.message
  return own(problems, code) ?? code
}

const unknownCa = 'it is not signed by a CA of the caBundle'
const problems: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it or its CA has expired',
  CERT_NOT_YET_VALID: 'it or its CA is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownCa,
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is not valid for this name',
  SELF_SIGNED_CERT_IN_CHAIN: unknownCa,
  UNABLE_TO_GET_ISSUER_CERT: unknownCa,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownCa,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownCa,
}
