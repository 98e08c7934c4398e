import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { type ConnectionOptions, checkServerIdentity, connect } from 'node:tls'
import { own } from '../../lang/json.ts'
import { type CertificateDescription, describeCertificate } from '../../webhook/certificates/pair.ts'

export interface HandshakeOptions {
  /** A connection that is there already; it is closed. */
  readonly socket: Duplex
  /** The name, or address, that the certificate must be for. */
  readonly name: string
  /** PEM of the CAs to trust; without: those that everybody trusts. */
  readonly ca: string | undefined
  readonly timeoutMs: number
}

/** What a server shows. */
export interface Handshake {
  readonly certificate: CertificateDescription
  /** Why it isn't to be trusted; undefined where it is. */
  readonly problem: string | undefined
}

/** Does a TLS handshake and closes the connection. Rejects with an Error where no certificate is shown in time. */
export function shakeHands({ socket, name, ca, timeoutMs }: HandshakeOptions): Promise<Handshake> {
  return new Promise((resolve, reject) => {
    const options: ConnectionOptions = {
      socket,
      ...(isIP(name) === 0 && { servername: name }),
      ...(ca !== undefined && { ca }),
      // The verdict is wanted, not its consequence.
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
    tls.on('close', () => fail('the connection was closed before a certificate was shown'))
    tls.on('secureConnect', () => {
      const x509 = tls.getPeerX509Certificate()
      if (x509 === undefined) return fail('it showed no certificate')
      const problem = tls.authorized ? undefined : problemOf(tls.authorizationError)
      end(() => resolve({ certificate: describeCertificate(x509.toString()), problem }))
    })
  })
}

/** Node gives the code of OpenSSL's or its own error. */
function problemOf(error: Error | string): string {
  const code = typeof error === 'string' ? error : 'code' in error ? String(error.code) : error.message
  return own(problems, code) ?? code
}

const unknownCa = 'no CA of the caBundle has signed it'
const problems: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has ended, or its CA has',
  CERT_NOT_YET_VALID: 'it is not valid yet, or its CA is not',
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownCa,
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for other names',
  SELF_SIGNED_CERT_IN_CHAIN: unknownCa,
  UNABLE_TO_GET_ISSUER_CERT: unknownCa,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownCa,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownCa,
}
