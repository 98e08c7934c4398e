import { isIP } from 'node:net'
import type { SelfsignedOptions } from 'selfsigned'
import type { CertificatePair } from './pair.ts'

const day = 24 * 60 * 60 * 1000

/** A certificate with its key, as PEM. */
export interface MadeCertificate {
  readonly certificate: string
  readonly key: string
}

/** Creates a certificate authority that is valid from `now` for `days`, which may be a fraction. */
export async function makeCa(commonName: string, now: Date, days: number): Promise<MadeCertificate> {
  return make(commonName, now, days, {
    extensions: [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
}

/** Creates a serving certificate for DNS names and IP addresses, signed by a CA. */
export async function makeLeaf(
  names: readonly string[],
  ca: MadeCertificate,
  now: Date,
  days: number,
): Promise<CertificatePair> {
  // RFC 5280 allows 64 characters in a common name, which is only informational.
  const made = await make(names.find((name) => name.length <= 64) ?? 'outrigger', now, days, {
    ca: { cert: ca.certificate, key: ca.key },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      { name: 'subjectAltName', altNames: names.map(alternativeName) },
    ],
  })
  return { ...made, ca: ca.certificate }
}

async function make(commonName: string, now: Date, days: number, options: SelfsignedOptions): Promise<MadeCertificate> {
  // Loading it takes 100 ms and 10 MB, and is rarely needed.
  const { generate } = await import('./self-signed.ts')
  const made = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    // Clocks of clients and other replicas may be behind.
    notBeforeDate: new Date(now.getTime() - 60 * 60 * 1000),
    notAfterDate: new Date(now.getTime() + days * day),
    ...options,
  })
  return { certificate: withLineEnd(made.cert), key: withLineEnd(made.private) }
}

function alternativeName(name: string) {
  return isIP(name) === 0 ? ({ type: 2, value: name } as const) : ({ type: 7, ip: name } as const)
}

function withLineEnd(pem: string): string {
  return `${pem.replaceAll('\r\n', '\n').trim()}\n`
}
