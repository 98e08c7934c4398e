import { BEYOND_ASCII, type Codes, DELETE, HASH, LF, SPACE } from './codes.ts'

/** The lines of a text that have content: no blank lines, no comments. */
export interface Lines {
  /** The start offset of each line, followed by the end of the text. */
  readonly starts: readonly number[]
  /** How many spaces each line starts with. */
  readonly indents: readonly number[]
  /** For each line, a hash of all lines before it. `hashOf` computes the hash of a range of lines from two of these. */
  readonly hashes: readonly number[]
}

const encoder = new TextEncoder()
// Matches what YAML allows but this reader doesn't: tabs, carriage returns, other line breaks, and characters above
// U+FFFF.
const notSimple = /[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/

/** The codes of a text; undefined if it has characters that the general parser has to read. */
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

/**
 * Finds the lines of a text of `length` characters; undefined if it has control characters, which the general parser
 * has to read.
 */
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

/** The largest number of lines that `hashOf` can hash. */
export const maxHashed = 512
const powers = Array.from({ length: maxHashed + 1 }, (_, count) => power(count))

/**
 * A hash of the lines `from` to before `to`, at most `maxHashed`. It has 30 bits, because small integers are the
 * fastest keys of a Map.
 */
export function hashOf({ hashes }: Lines, from: number, to: number): number {
  const before = Math.imul(hashes[from] ?? 0, powers[to - from] ?? 1)
  return ((hashes[to] ?? 0) - before) & 0x3fffffff
}

function power(count: number): number {
  return count === 0 ? 1 : Math.imul(power(count - 1), lineFactor)
}
