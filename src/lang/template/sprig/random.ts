/* Random strings and numbers, from the host's random numbers. A template that uses them renders differently each time. */
import { intOf } from '../../go/int.ts'
import { FunctionError } from '../errors.ts'
import { defineWithRuntime, type FunctionTable } from '../functions.ts'
import type { Host } from '../host.ts'
import type { GoFunction } from '../value.ts'
import { checkLimit, maxRandomLength } from './limits.ts'

const digits = '0123456789'
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const printable = String.fromCharCode(...Array.from({ length: 95 }, (_, index) => 32 + index))

/** A uniformly distributed integer below `limit`: draws beyond the last whole multiple of it are discarded. */
function randomBelow(host: Host, limit: bigint): bigint {
  const range = 1n << 64n
  const uniform = range - (range % limit)
  for (;;) {
    const drawn = viewOf(host.randomBytes(8)).getBigUint64(0)
    if (drawn < uniform) return drawn % limit
  }
}

function randomString(alphabet: string): GoFunction {
  return defineWithRuntime({
    params: ['int'],
    varies: true,
    call: ({ host }, count) => {
      checkLimit('the length of the random string', count, maxRandomLength)
      const size = BigInt(alphabet.length)
      return Array.from({ length: Math.max(count, 0) }, () => alphabet[Number(randomBelow(host, size))]).join('')
    },
  })
}

function randomInt(host: Host, min: number, max: number): number {
  if (max <= min) throw new FunctionError('invalid argument to Intn')
  return min + Number(randomBelow(host, BigInt(max) - BigInt(min)))
}

function shuffle(host: Host, text: string): string {
  const chars = Array.from(text)
  checkLimit('the length of the string to shuffle', chars.length, maxRandomLength)
  for (let index = chars.length - 1; index > 0; index--) {
    const other = Number(randomBelow(host, BigInt(index + 1)))
    const current = chars[index] ?? ''
    chars[index] = chars[other] ?? ''
    chars[other] = current
  }
  return chars.join('')
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

/** A UUID of version 4 (RFC 9562): random except for the bits of its version and variant. */
function uuid(bytes: Uint8Array): string {
  const marked = bytes.map((byte, index) =>
    index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte,
  )
  const hex = Array.from(marked, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

export const randomFunctions: FunctionTable = {
  randAlpha: randomString(letters),
  randAlphaNum: randomString(letters + digits),
  randNumeric: randomString(digits),
  randAscii: randomString(printable),
  randBytes: defineWithRuntime({
    params: ['int'],
    varies: true,
    call: ({ host }, count) => {
      if (count < 0) throw new FunctionError('runtime error: makeslice: len out of range')
      checkLimit('the number of random bytes', count, maxRandomLength)
      return base64(host.randomBytes(count))
    },
  }),
  randInt: defineWithRuntime({
    params: ['int', 'int'],
    varies: true,
    call: ({ host }, min, max) => intOf(randomInt(host, min, max)),
  }),
  shuffle: defineWithRuntime({ params: ['string'], varies: true, call: ({ host }, text) => shuffle(host, text) }),
  uuidv4: defineWithRuntime({ params: [], varies: true, call: ({ host }) => uuid(host.randomBytes(16)) }),
}
