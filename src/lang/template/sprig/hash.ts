/*
 * SHA-1, SHA-256, SHA-512 (FIPS 180-4) and Adler-32 (RFC 1950), synchronous and without Node's modules, so that
 * templates render in browsers too. They are checksums of rendered configuration: small inputs, no secrets.
 */
import { toBytes } from '../../go/utf8.ts'
import { defineWithRuntime, type FunctionTable } from '../functions.ts'
import type { GoFunction } from '../value.ts'
import { checkLimit, maxHashInput } from './limits.ts'

const mask64 = (1n << 64n) - 1n

function primes(count: number): bigint[] {
  const found: bigint[] = []
  for (let candidate = 2n; found.length < count; candidate++) {
    if (found.every((prime) => candidate % prime !== 0n)) found.push(candidate)
  }
  return found
}

/** The largest integer whose power is at most `value`. */
function integerRoot(value: bigint, power: bigint): bigint {
  let low = 0n
  let high = 1n << (BigInt(value.toString(2).length) / power + 1n)
  while (low < high) {
    const middle = (low + high + 1n) >> 1n
    if (middle ** power <= value) low = middle
    else high = middle - 1n
  }
  return low
}

/**
 * The first 64 bits of the fractional parts of the primes' roots, the constants of SHA-2. Their upper halves are
 * the 32-bit ones.
 */
function rootFractions(count: number, power: bigint): bigint[] {
  return primes(count).map((prime) => integerRoot(prime << (64n * power), power) & mask64)
}

const roundConstants64 = rootFractions(80, 3n)
const initial64 = rootFractions(8, 2n)
const upperHalf = (value: bigint): number => Number(value >> 32n) | 0
const roundConstants32 = roundConstants64.map(upperHalf)
const initial32 = initial64.map(upperHalf)

/** The message with padding and its length in bits, in blocks of `block` bytes. */
function padded(message: Uint8Array, block: number): DataView {
  const lengthBytes = block / 8
  const size = Math.ceil((message.length + 1 + lengthBytes) / block) * block
  const bytes = new Uint8Array(size)
  bytes.set(message)
  bytes[message.length] = 0x80
  const view = new DataView(bytes.buffer)
  view.setBigUint64(size - 8, BigInt(message.length) * 8n)
  return view
}

const rotateRight = (value: number, by: number): number => (value >>> by) | (value << (32 - by))
const hex32 = (words: readonly number[]): string =>
  words.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')

type Words5 = [number, number, number, number, number]

function sha1(message: Uint8Array): string {
  const view = padded(message, 64)
  let state: Words5 = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]
  const w = new Int32Array(80)
  for (let offset = 0; offset < view.byteLength; offset += 64) {
    for (let t = 0; t < 80; t++) {
      w[t] =
        t < 16
          ? view.getInt32(offset + 4 * t)
          : rotateRight(at(w, t - 3) ^ at(w, t - 8) ^ at(w, t - 14) ^ at(w, t - 16), 31)
    }
    let [a, b, c, d, e] = state
    for (let t = 0; t < 80; t++) {
      const [mixed, constant] = sha1Round(t, b, c, d)
      const next = (rotateRight(a, 27) + mixed + e + constant + at(w, t)) | 0
      ;[a, b, c, d, e] = [next, a, rotateRight(b, 2), c, d]
    }
    state = [(state[0] + a) | 0, (state[1] + b) | 0, (state[2] + c) | 0, (state[3] + d) | 0, (state[4] + e) | 0]
  }
  return hex32(state)
}

function sha1Round(t: number, b: number, c: number, d: number): readonly [number, number] {
  if (t < 20) return [(b & c) | (~b & d), 0x5a827999]
  if (t < 40) return [b ^ c ^ d, 0x6ed9eba1]
  if (t < 60) return [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
  return [b ^ c ^ d, 0xca62c1d6]
}

function at(words: Int32Array, index: number): number {
  return words[index] ?? 0
}

/** SHA-256, hex. */
export function sha256(message: Uint8Array): string {
  const view = padded(message, 64)
  const state = Int32Array.from(initial32)
  const w = new Int32Array(64)
  for (let offset = 0; offset < view.byteLength; offset += 64) {
    for (let t = 0; t < 64; t++) w[t] = t < 16 ? view.getInt32(offset + 4 * t) : schedule32(w, t)
    const v = Int32Array.from(state)
    for (let t = 0; t < 64; t++) {
      const [a, b, c, e, f, g, h] = [at(v, 0), at(v, 1), at(v, 2), at(v, 4), at(v, 5), at(v, 6), at(v, 7)]
      const first =
        h +
        (rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25)) +
        ((e & f) ^ (~e & g)) +
        (roundConstants32[t] ?? 0) +
        at(w, t)
      const second = (rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))
      v.copyWithin(1, 0, 7)
      v[4] = at(v, 4) + first
      v[0] = first + second
    }
    for (let index = 0; index < 8; index++) state[index] = at(state, index) + at(v, index)
  }
  return hex32([...state])
}

function schedule32(w: Int32Array, t: number): number {
  const [early, late] = [at(w, t - 15), at(w, t - 2)]
  const low = rotateRight(early, 7) ^ rotateRight(early, 18) ^ (early >>> 3)
  const high = rotateRight(late, 17) ^ rotateRight(late, 19) ^ (late >>> 10)
  return high + at(w, t - 7) + low + at(w, t - 16)
}

const rotateRight64 = (value: bigint, by: bigint): bigint => ((value >> by) | (value << (64n - by))) & mask64
type Words8 = [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint]

function sha512(message: Uint8Array): string {
  const view = padded(message, 128)
  let state = initial64
  for (let offset = 0; offset < view.byteLength; offset += 128) {
    const w: bigint[] = []
    for (let t = 0; t < 80; t++) w.push(t < 16 ? view.getBigUint64(offset + 8 * t) : schedule64(w, t))
    // The state always has eight words.
    let [a, b, c, d, e, f, g, h] = state as Words8
    for (let t = 0; t < 80; t++) {
      const first =
        h +
        (rotateRight64(e, 14n) ^ rotateRight64(e, 18n) ^ rotateRight64(e, 41n)) +
        ((e & f) ^ (~e & mask64 & g)) +
        (roundConstants64[t] ?? 0n) +
        (w[t] ?? 0n)
      const second =
        (rotateRight64(a, 28n) ^ rotateRight64(a, 34n) ^ rotateRight64(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c))
      ;[a, b, c, d, e, f, g, h] = [(first + second) & mask64, a, b, c, (d + first) & mask64, e, f, g]
    }
    const worked = [a, b, c, d, e, f, g, h]
    state = state.map((word, index) => (word + (worked[index] ?? 0n)) & mask64)
  }
  return state.map((word) => word.toString(16).padStart(16, '0')).join('')
}

function schedule64(w: readonly bigint[], t: number): bigint {
  const early = w[t - 15] ?? 0n
  const late = w[t - 2] ?? 0n
  const low = rotateRight64(early, 1n) ^ rotateRight64(early, 8n) ^ (early >> 7n)
  const high = rotateRight64(late, 19n) ^ rotateRight64(late, 61n) ^ (late >> 6n)
  return (high + (w[t - 7] ?? 0n) + low + (w[t - 16] ?? 0n)) & mask64
}

function adler32(message: Uint8Array): string {
  let a = 1
  let b = 0
  for (const byte of message) {
    a = (a + byte) % 65521
    b = (b + a) % 65521
  }
  return String(b * 65536 + a)
}

function hashing(hash: (message: Uint8Array) => string): GoFunction {
  return defineWithRuntime({
    params: ['string'],
    call: (runtime, text) => {
      const message = toBytes(text)
      checkLimit('the bytes to hash', message.length, maxHashInput)
      // Counts as growth because of the time it takes.
      runtime.grow(message.length)
      return hash(message)
    },
  })
}

export const hashFunctions: FunctionTable = {
  sha1sum: hashing(sha1),
  sha256sum: hashing(sha256),
  sha512sum: hashing(sha512),
  adler32sum: hashing(adler32),
}
