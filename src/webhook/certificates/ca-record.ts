import { createPrivateKey, X509Certificate } from 'node:crypto'
import { own, type StringMap } from '../../lang/json.ts'
import { readBundle } from './bundle.ts'
import type { CaState, ReadRecord } from './ca-state.ts'
import { type CaRecord, caFiles, caNotes } from './ca-store.ts'
import type { MadeCertificate } from './make.ts'

// Bounded, so that a writer of the record can't blow up every replica and the caBundle.
const maxPrevious = 5

/**
 * Parses a record. Only the active CA must be valid: invalid others are left out and listed in `faults`.
 */
export function readCaRecord({ files, notes }: CaRecord): ReadRecord {
  const [certificate, key] = [text(files, caFiles.certificate), text(files, caFiles.key)]
  const previous = [...readBundle(text(files, caFiles.previous)).values()].slice(-maxPrevious)
  if (certificate === '' && key === '') return { kind: 'empty' }
  const reason = whyNoAuthority({ certificate, key })
  if (reason !== undefined) {
    const certificates = [...readBundle(certificate).values(), ...previous].slice(-maxPrevious)
    return { kind: 'broken', reason: `${caFiles.certificate} and ${caFiles.key}: ${reason}`, certificates }
  }
  const next = { certificate: text(files, caFiles.nextCertificate), key: text(files, caFiles.nextKey) }
  const whyNoNext = next.certificate === '' && next.key === '' ? '' : whyNoAuthority(next)
  const promotedAt = new Date(text(notes, caNotes.promotedAt))
  const state: CaState = {
    active: { certificate, key },
    next: whyNoNext === undefined ? next : undefined,
    previous,
    promotedAt: Number.isNaN(promotedAt.getTime()) ? undefined : promotedAt,
    renew: Object.hasOwn(notes, caNotes.renew),
  }
  const faults = whyNoNext ? [`${caFiles.nextCertificate} and ${caFiles.nextKey} are ignored: ${whyNoNext}`] : []
  return { kind: 'valid', state, faults }
}

/** The record of a state. */
export function writeCaRecord({ active, next, previous, promotedAt, renew }: CaState): CaRecord {
  return {
    files: {
      [caFiles.certificate]: active.certificate,
      [caFiles.key]: active.key,
      ...(next && { [caFiles.nextCertificate]: next.certificate, [caFiles.nextKey]: next.key }),
      ...(previous.length > 0 && { [caFiles.previous]: previous.join('') }),
    },
    notes: {
      ...(promotedAt && { [caNotes.promotedAt]: promotedAt.toISOString() }),
      ...(renew && { [caNotes.renew]: 'asked' }),
    },
  }
}

/** Why a certificate and its key can't sign; undefined if they can. */
function whyNoAuthority({ certificate, key }: MadeCertificate): string | undefined {
  try {
    const x509 = new X509Certificate(certificate)
    if (!x509.ca) return 'the certificate is not a CA certificate'
    const privateKey = createPrivateKey(key)
    if (privateKey.asymmetricKeyType !== 'ec') return 'the key is not an EC key'
    if (!x509.checkPrivateKey(privateKey)) return 'the key does not belong to the certificate'
    return hasPlainName(x509) ? undefined : 'the subject of the certificate is not one of a CA created by Outrigger'
  } catch {
    return 'not a PEM certificate and a PEM key without a passphrase'
  }
}

/**
 * Go compares a leaf's issuer with its CA's subject byte by byte, but the signing library may encode a name differently
 * (OpenSSL, for example, uses another string type): only a name that is encoded identically is safe.
 */
function hasPlainName(x509: X509Certificate): boolean {
  const name = /^CN=([A-Za-z0-9][A-Za-z0-9 .-]{0,62}[A-Za-z0-9.])$/.exec(x509.subject)?.[1]
  if (name === undefined) return false
  const nested = (tag: number, content: Buffer) => Buffer.concat([Buffer.from([tag, content.length]), content])
  const [sequence, set, printableString] = [0x30, 0x31, 0x13]
  const commonName = Buffer.from('0603550403', 'hex')
  const attribute = Buffer.concat([commonName, nested(printableString, Buffer.from(name, 'latin1'))])
  return x509.raw.includes(nested(sequence, nested(set, nested(sequence, attribute))))
}

function text(texts: StringMap, key: string): string {
  return own(texts, key) ?? ''
}
