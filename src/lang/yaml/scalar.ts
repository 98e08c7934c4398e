/*
 * What a plain (unquoted) scalar means. YAML 1.1 (https://yaml.org/type/) as Kubernetes' reader knows it: all its booleans, octal
 * and binary, underscores within numbers; but no sexagesimal numbers, and dates stay texts.
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

/** How far a first character narrows down what a plain scalar may be. */
export const FIRST_TEXT = 0
export const FIRST_WORD = 1
export const FIRST_NUMBER = 2

/** By the code of a scalar's first character: it is surely a text, perhaps a word (a boolean or null), or perhaps a number. */
export const firstCharacter: Uint8Array = firstCharacters()

function firstCharacters(): Uint8Array {
  const table = new Uint8Array(256)
  for (const char of 'yYnNtTfFoO~') table[char.charCodeAt(0)] = FIRST_WORD
  for (const char of '0123456789+-.') table[char.charCodeAt(0)] = FIRST_NUMBER
  return table
}

/** The value of a plain scalar: null, a boolean, a number (infinities and NaN among them) or the text itself. */
export function resolvePlain(text: string): null | boolean | number | bigint | string {
  const first = text === '' ? FIRST_WORD : firstCharacter[text.charCodeAt(0)]
  if (first === undefined || first === FIRST_TEXT) return text
  const word = words.get(text)
  if (word !== undefined) return word
  if (first === FIRST_WORD) return text
  return resolveInteger(text) ?? resolveFloat(text) ?? text
}

const integerPattern = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/

/** The integer that a plain scalar is, if it is one of at most 64 bits (beyond that, decimal digits are a float). */
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

/** A bigint as a number where that loses nothing. */
function exact(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

const floatPattern = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/

/** The float that a plain scalar is, if it is one; one too large for a float64 is a text. */
export function resolveFloat(text: string): number | undefined {
  const digits = text.charCodeAt(0) === 46 ? text : text.replaceAll('_', '')
  if (!floatPattern.test(digits)) return undefined
  const value = Number(digits)
  return Number.isFinite(value) ? value : undefined
}
