import { BEYOND_ASCII, type Codes, DELETE, HASH, LF, SPACE } from './codes.ts'

/** The lines of a text that have content: neither blank ones nor comments. */
export interface Lines {
  /** The offset of each line's start; behind the last line, that of the text's end. */
  readonly starts: readonly number[]
  /** How many spaces each line starts with. */
  readonly indents: readonly number[]
  /** By line, a hash of all lines before it, so that two of them give the hash of the lines between: see `hashOf`. */
  readonly hashes: readonly number[]
}

const encoder = new TextEncoder()
// Of what YAML may hold, all but tabs, carriage returns, other line breaks, and characters beyond the basic plane.
const notSimple = /[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/

/** The characters of a text; undefined when one that isn't ASCII is left to the general parser. */
export function codesOf(text: string): Codes | undefined {
  const { length } = text
  const codes = new Uint8Array(length + 1)
  const { read, written } = encoder.encodeInto(text, codes)
  if (read === length && written === length) return codes
  if (notSimple.test(text)) return undefined
  for (let index = 0; index < length; index++) codes[index] = Math.min(text.charCodeAt(index), BEYOND_ASCII)
  codes[length] = 0
  return codes
}

// Any odd number serves; this one spreads well.
const lineFactor = 0x2c1b3c6d

/** Finds the lines of a text of `length` characters; undefined when one of these is left to the general parser. */
export function readLines(codes: Codes, length: number): Lines | undefined {
  const starts: number[] = []
  const indents: number[] = []
  const hashes: number[] = [0]
  let sum = 0
  for (let pos = 0; pos < length; pos++) {
    const start = pos
    let code = codes[pos] ?? 0
    while (code === SPACE) code = codes[++pos] ?? 0
    const indent = pos - start
    const first = code
    let hash = indent
    while (code >= SPACE && code !== DELETE) {
      // FNV's prime (draft-eastlake-fnv); as a literal, because this runs for each character.
      hash = Math.imul(hash ^ code, 0x01000193)
      code = codes[++pos] ?? 0
    }
    if (code !== LF && pos < length) return undefined
    if (first === LF || first === HASH || pos === start + indent) continue
    sum = (Math.imul(sum, lineFactor) + hash) | 0
    starts.push(start)
    indents.push(indent)
    hashes.push(sum)
  }
  starts.push(length)
  return { starts, indents, hashes }
}

/** For more lines than these there is no hash. */
export const maxHashed = 512
const powers = Array.from({ length: maxHashed + 1 }, (_, count) => power(count))

/** A hash of up to `maxHashed` lines, from one to before another; of 30 bits, with which a Map is at its fastest. */
export function hashOf({ hashes }: Lines, from: number, to: number): number {
  const before = Math.imul(hashes[from] ?? 0, powers[to - from] ?? 1)
  return ((hashes[to] ?? 0) - before) & 0x3fffffff
}

function power(count: number): number {
  return count === 0 ? 1 : Math.imul(power(count - 1), lineFactor)
}
