/* Percent-encoding of the parts of a URL (RFC 3986), with Go's choice of unescaped characters for each part. */
import { quote } from '../../../go/quote.ts'
import { fromBytes, toBytes } from '../../../go/utf8.ts'
import { FunctionError } from '../../errors.ts'

export type UrlPart = 'path' | 'fragment' | 'userPassword' | 'host' | 'zone'

/** The characters besides letters, digits and `-_.~` that are unescaped in each part. */
const plainIn: Readonly<Record<UrlPart, string>> = {
  path: '$&+,/:;=@',
  fragment: `$&+,/:;=?@!()*`,
  userPassword: '$&+,;=',
  host: `!$&'()*+,;=:[]<>"`,
  zone: `!$&'()*+,;=:[]<>"`,
}

const unreserved = /[A-Za-z0-9\-_.~]/

function isPlain(char: string, part: UrlPart): boolean {
  return unreserved.test(char) || plainIn[part].includes(char)
}

export function escapeUrl(text: string, part: UrlPart): string {
  let result = ''
  for (const byte of toBytes(text)) {
    const char = String.fromCharCode(byte)
    result += isPlain(char, part) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return result
}

/** Throws a FunctionError for an invalid escape, and for characters that are invalid in a host. */
export function unescapeUrl(text: string, part: UrlPart): string {
  const source = toBytes(text)
  const bytes: number[] = []
  for (let index = 0; index < source.length; index++) {
    const byte = source[index] ?? 0
    const char = String.fromCharCode(byte)
    if (char === '%') {
      bytes.push(escapedByte(source, index, part))
      index += 2
    } else if ((part === 'host' || part === 'zone') && byte < 0x80 && !isPlain(char, part)) {
      throw new FunctionError(`invalid character ${quote(char)} in host name`)
    } else bytes.push(byte)
  }
  return fromBytes(Uint8Array.from(bytes))
}

function escapedByte(source: Uint8Array, index: number, part: UrlPart): number {
  const written = fromBytes(source.subarray(index, index + 3))
  const byte = /^%[0-9a-fA-F]{2}$/.test(written) ? Number.parseInt(written.slice(1), 16) : -1
  // RFC 6874: in a host only non-ASCII bytes may be escaped; in an IPv6 zone also `%`, spaces and what may be unescaped
  // in a host.
  const allowed =
    part === 'host'
      ? byte >= 0x80 || byte === 0x25
      : part !== 'zone' || byte === 0x25 || byte === 0x20 || isPlain(String.fromCharCode(byte), 'host')
  if (byte < 0 || !allowed) throw new FunctionError(`invalid URL escape ${quote(written)}`)
  return byte
}
