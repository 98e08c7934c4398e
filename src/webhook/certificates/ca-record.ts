import { createPrivateKey, X509Certificate } from 'node:crypto'
import { own, type StringMap } from '../../lang/json.ts'
import { readBundle } from './bundle.ts'
import type { CaState, ReadRecord } from './ca-state.ts'
import { type CaRecord, caFiles, caNotes } from './ca-store.ts'
import type { MadeCertificate } from './make.ts'

// Whoever can write the record must not be able to make every replica, and the caBundle, carry any number of them.
const maxPrevious = 5

/**
 * Reads a record. Only the CA that signs now must be right: of the others, what can't be used is left out and named in
 * `faults`.
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
  const faults = whyNoNext ? [`${caFiles.nextCertificate} and ${caFiles.nextKey} are left out: ${whyNoNext}`] : []
  return { kind: 'good', state, faults }
}

/** The record that says what a state is. */
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

/** Why nothing can be signed with a certificate and its key; undefined when it can. */
function whyNoAuthority({ certificate, key }: MadeCertificate): string | undefined {
  try {
    const x509 = new X509Certificate(certificate)
    if (!x509.ca) return 'the certificate is not one of a CA'
    const privateKey = createPrivateKey(key)
    if (privateKey.asymmetricKeyType !== 'ec') return 'the key is not an EC key'
    if (!x509.checkPrivateKey(privateKey)) return 'the key does not belong to the certificate'
    return hasPlainName(x509) ? undefined : 'the certificate has not the plain name of a CA that Outrigger made'
  } catch {
    return 'not a PEM certificate and a PEM key without a passphrase'
  }
}

/**
 * Go compares a leaf's issuer with its CA's subject byte by byte, and what signs here writes a name as it thinks fit
 * (OpenSSL, for one, writes the same text as another type of string): only a name that comes out the same is safe.
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
