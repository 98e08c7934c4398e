/*
 * How plain (unquoted) scalars resolve: YAML 1.1 (https://yaml.org/type/) as in Kubernetes' YAML library, with all its
 * booleans, octal and binary numbers, and underscores in numbers, but without sexagesimal numbers; dates stay strings.
 */

const words: ReadonlyMap<string, boolean | null | number> = new Map<string, boolean | null | number>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
])

const maxInt64 = 2n ** 63n - 1n
const maxUint64 = 2n ** 64n - 1n

/** What the first character of a plain scalar may start: a string, a word (a boolean or null) or a number. */
export const FIRST_STRING = 0
export const FIRST_WORD = 1
export const FIRST_NUMBER = 2

/** By the code of the first character: definitely a string, possibly a word (else a string), or possibly a number. */
export const firstCharacter: Uint8Array = firstCharacters()

function firstCharacters(): Uint8Array {
  const table = new Uint8Array(256)
  for (const char of 'yYnNtTfFoO~') table[char.charCodeAt(0)] = FIRST_WORD
  for (const char of '0123456789+-.') table[char.charCodeAt(0)] = FIRST_NUMBER
  return table
}

/** The value of a plain scalar: null, a boolean, a number (including infinities and NaN), else a string. */
export function resolvePlain(text: string): null | boolean | number | bigint | string {
  const first = text === '' ? FIRST_WORD : firstCharacter[text.charCodeAt(0)]
  if (first === undefined || first === FIRST_STRING) return text
  const word = words.get(text)
  if (word !== undefined) return word
  if (first === FIRST_WORD) return text
  return resolveInteger(text) ?? resolveFloat(text) ?? text
}

const integerPattern = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/

/** Parses an integer of at most 64 bits; undefined for other scalars (larger decimal numbers are floats). */
export function resolveInteger(text: string): number | bigint | undefined {
  const digits = text.charCodeAt(0) === 46 ? '' : text.replaceAll('_', '')
  if (!integerPattern.test(digits)) return undefined
  const sign = digits.charCodeAt(0)
  const magnitude = magnitudeOf(sign === 45 || sign === 43 ? digits.slice(1) : digits)
  if (typeof magnitude === 'number') return sign === 45 && magnitude !== 0 ? -magnitude : magnitude
  const limit = sign === 45 ? maxInt64 + 1n : sign === 43 ? maxInt64 : maxUint64
  if (magnitude > limit) return undefined
  return exact(sign === 45 ? -magnitude : magnitude)
}

function magnitudeOf(digits: string): number | bigint {
  const octal = /^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits
  return octal.length <= 12 ? Number(octal) : BigInt(octal)
}

/** The bigint as a number if that is exact. */
function exact(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

const floatPattern = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/

/** Parses a float; undefined for other scalars (a number too large for a float64 is a string). */
export function resolveFloat(text: string): number | undefined {
  const digits = text.charCodeAt(0) === 46 ? text : text.replaceAll('_', '')
  if (!floatPattern.test(digits)) return undefined
  const value = Number(digits)
  return Number.isFinite(value) ? value : undefined
}
