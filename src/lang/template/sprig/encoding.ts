/* base64 and base32 with padding, like Go's StdEncoding. */

import { fromBytes, toBytes } from '../../go/utf8.ts'
import { define, type FunctionTable } from '../functions.ts'
import { counted } from './counted.ts'

interface Encoding {
  readonly name: string
  readonly alphabet: string
  readonly bitsPerDigit: number
  /** The digits, including padding, that encode whole bytes. */
  readonly group: number
  /** The number of bytes in a last group, by its number of digits. */
  readonly bytesOf: Readonly<Record<number, number>>
  /** Reads the padding after the last digits, starting at the first `=`. */
  readonly readPadding: (reader: Reader, digits: readonly number[]) => void
}

const upperCase = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

const base64: Encoding = {
  name: 'base64',
  alphabet: `${upperCase}${upperCase.toLowerCase()}0123456789+/`,
  bitsPerDigit: 6,
  group: 4,
  bytesOf: { 2: 1, 3: 2, 4: 3 },
  readPadding: readPadding64,
}

const base32: Encoding = {
  name: 'base32',
  alphabet: `${upperCase}234567`,
  bitsPerDigit: 5,
  group: 8,
  bytesOf: { 2: 1, 4: 2, 5: 3, 7: 4, 8: 5 },
  readPadding: readPadding32,
}

function encode(text: string, { alphabet, bitsPerDigit, group }: Encoding): string {
  let digits = ''
  let buffer = 0
  let bits = 0
  for (const byte of toBytes(text)) {
    buffer = ((buffer << 8) | byte) & 0xffff
    for (bits += 8; bits >= bitsPerDigit; ) {
      bits -= bitsPerDigit
      digits += alphabet[(buffer >> bits) & ((1 << bitsPerDigit) - 1)]
    }
  }
  if (bits > 0) digits += alphabet[(buffer << (bitsPerDigit - bits)) & ((1 << bitsPerDigit) - 1)]
  return digits.padEnd(Math.ceil(digits.length / group) * group, '=')
}

/** An invalid byte, by its offset; -1 for an early end. */
class CorruptInput extends Error {
  readonly at: number

  constructor(at: number) {
    super('corrupt input')
    this.at = at
  }
}

interface Reader {
  readonly bytes: Uint8Array
  readonly encoding: Encoding
  index: number
}

/** Line breaks are ignored. */
function skipLineBreaks(reader: Reader): void {
  while (reader.bytes[reader.index] === 10 || reader.bytes[reader.index] === 13) reader.index++
}

/** The digits of the next group; empty at the end. */
function readGroup(reader: Reader): number[] {
  const digits: number[] = []
  const { alphabet, group } = reader.encoding
  while (digits.length < group) {
    skipLineBreaks(reader)
    const byte = reader.bytes[reader.index]
    if (byte === undefined) {
      if (digits.length === 0) return digits
      throw new CorruptInput(reader.index - digits.length)
    }
    const char = String.fromCharCode(byte)
    if (char === '=') {
      reader.encoding.readPadding(reader, digits)
      return digits
    }
    const digit = alphabet.indexOf(char)
    if (digit < 0) throw new CorruptInput(reader.index)
    digits.push(digit)
    reader.index++
  }
  return digits
}

function readPadding64(reader: Reader, digits: readonly number[]): void {
  if (reader.encoding.bytesOf[digits.length] === undefined) throw new CorruptInput(reader.index)
  for (let missing = reader.encoding.group - digits.length; missing > 0; missing--) {
    skipLineBreaks(reader)
    const byte = reader.bytes[reader.index]
    // Go reports the end of the input, or the offset before the byte that isn't padding.
    if (byte !== 61) throw new CorruptInput(byte === undefined ? reader.index : reader.index - 1)
    reader.index++
  }
  skipLineBreaks(reader)
  if (reader.index < reader.bytes.length) throw new CorruptInput(reader.index)
}

/** Go is less strict here: it ignores what follows the padding in the same group. Its offsets differ too. */
function readPadding32(reader: Reader, digits: readonly number[]): void {
  const { bytes, index, encoding } = reader
  const left = bytes.length - index - 1
  if (digits.length < 2 || left >= encoding.group) throw new CorruptInput(index)
  const expected = encoding.group - 1 - digits.length
  if (left < expected) throw new CorruptInput(bytes.length)
  const invalid = bytes.subarray(index + 1, index + 1 + expected).findIndex((byte) => byte !== 61)
  if (invalid >= 0) throw new CorruptInput(index + invalid)
  if (encoding.bytesOf[digits.length] === undefined) throw new CorruptInput(index)
  reader.index = bytes.length
}

/** The decoded string, or Go's error message: sprig returns that instead of failing. */
function decode(text: string, encoding: Encoding): string {
  const reader: Reader = { bytes: toBytes(text), encoding, index: 0 }
  const result: number[] = []
  try {
    for (let digits = readGroup(reader); digits.length > 0; digits = readGroup(reader)) {
      const value = digits.reduce((sum, digit) => (sum << BigInt(encoding.bitsPerDigit)) | BigInt(digit), 0n)
      const count = encoding.bytesOf[digits.length] ?? 0
      const surplus = BigInt(digits.length * encoding.bitsPerDigit - count * 8)
      for (let byte = count - 1; byte >= 0; byte--) {
        result.push(Number(((value >> surplus) >> BigInt(8 * byte)) & 0xffn))
      }
    }
  } catch (error) {
    if (error instanceof CorruptInput) return `illegal ${encoding.name} data at input byte ${error.at}`
    throw error
  }
  return fromBytes(Uint8Array.from(result))
}

export const encodingFunctions: FunctionTable = {
  b64enc: counted(define({ params: ['string'], call: (text) => encode(text, base64) })),
  b64dec: define({ params: ['string'], call: (text) => decode(text, base64) }),
  b32enc: counted(define({ params: ['string'], call: (text) => encode(text, base32) })),
  b32dec: define({ params: ['string'], call: (text) => decode(text.replace(/[\r\n]/g, ''), base32) }),
}
