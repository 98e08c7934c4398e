/* Random strings and numbers, from the platform's own source of randomness. A template that uses them renders differently each time. */
import { intOf } from '../../go/int.ts'
import { FunctionError } from '../errors.ts'
import { define, type FunctionTable } from '../functions.ts'
import type { GoFunction } from '../value.ts'
import { checkLimit, maxRandomLength } from './limits.ts'

const digits = '0123456789'
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const printable = String.fromCharCode(...Array.from({ length: 95 }, (_, index) => 32 + index))

function randomBytes(count: number): Uint8Array {
  const bytes = new Uint8Array(count)
  // The platform gives at most 65536 bytes at once.
  for (let from = 0; from < count; from += 65536) crypto.getRandomValues(bytes.subarray(from, from + 65536))
  return bytes
}

/** A whole number from 0 to below `limit`, each as likely as the others: draws beyond the last whole multiple are thrown away. */
function randomBelow(limit: bigint): bigint {
  const range = 1n << 64n
  const fair = range - (range % limit)
  for (;;) {
    const drawn = new DataView(randomBytes(8).buffer).getBigUint64(0)
    if (drawn < fair) return drawn % limit
  }
}

function randomText(alphabet: string): GoFunction {
  return define({
    params: ['int'],
    varies: true,
    call: (count) => {
      checkLimit('the length of the random text', count, maxRandomLength)
      const size = BigInt(alphabet.length)
      return Array.from({ length: Math.max(count, 0) }, () => alphabet[Number(randomBelow(size))]).join('')
    },
  })
}

function randomInt(min: number, max: number): number {
  if (max <= min) throw new FunctionError('invalid argument to Intn')
  return min + Number(randomBelow(BigInt(max) - BigInt(min)))
}

function shuffle(text: string): string {
  const chars = Array.from(text)
  checkLimit('the length of the text to shuffle', chars.length, maxRandomLength)
  for (let index = chars.length - 1; index > 0; index--) {
    const other = Number(randomBelow(BigInt(index + 1)))
    const held = chars[index] ?? ''
    chars[index] = chars[other] ?? ''
    chars[other] = held
  }
  return chars.join('')
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

export const randomFunctions: FunctionTable = {
  randAlpha: randomText(letters),
  randAlphaNum: randomText(letters + digits),
  randNumeric: randomText(digits),
  randAscii: randomText(printable),
  randBytes: define({
    params: ['int'],
    varies: true,
    call: (count) => {
      if (count < 0) throw new FunctionError('runtime error: makeslice: len out of range')
      checkLimit('the number of random bytes', count, maxRandomLength)
      return base64(randomBytes(count))
    },
  }),
  randInt: define({ params: ['int', 'int'], varies: true, call: (min, max) => intOf(randomInt(min, max)) }),
  shuffle: define({ params: ['string'], varies: true, call: shuffle }),
  uuidv4: define({ params: [], varies: true, call: () => crypto.randomUUID() }),
}
