/* Conversion of any value to a number: how int, int64, float64 and the arithmetic functions treat strings, booleans and nil. */
import { Int, intOf } from '../../go/int.ts'
import { toText } from '../format/plain.ts'
import { define, type FunctionTable } from '../functions.ts'
import type { Value } from '../value.ts'

export const minInt64 = -(2n ** 63n)
export const maxInt64 = 2n ** 63n - 1n

const digitsOfBase: Readonly<Record<number, RegExp>> = {
  2: /^[01]+$/,
  8: /^[0-7]+$/,
  10: /^[0-9]+$/,
  16: /^[0-9a-fA-F]+$/,
}
const prefixOfBase: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 10: '', 16: '0x' }

/**
 * Parses an integer like Go's strconv.ParseInt; null if it is invalid. Base 0 means the base of the prefix (`0x`, `0b`,
 * `0o`, `0`) and allows `_` between digits. Doesn't check that the value fits in 64 bits.
 */
export function parseInteger(text: string, base: 0 | 8 | 10): bigint | null {
  const negative = text.startsWith('-')
  const unsigned = negative || text.startsWith('+') ? text.slice(1) : text
  const size = base === 0 ? parseLiteral(unsigned.toLowerCase()) : parseDigits(unsigned, base)
  if (size === null) return null
  return negative ? -size : size
}

function parseLiteral(text: string): bigint | null {
  const prefix = /^0[xbo]/.exec(text)?.[0] ?? (/^0[0-9_]/.test(text) ? '0' : '')
  // An underscore must be between digits, or between prefix and digits.
  if (text.includes('_') && !/^(?:0[xbo]?_?)?[0-9a-f](?:_?[0-9a-f])*$/.test(text)) return null
  const base = prefix === '0x' ? 16 : prefix === '0b' ? 2 : prefix === '' ? 10 : 8
  return parseDigits(text.slice(prefix.length).replaceAll('_', ''), base)
}

function parseDigits(digits: string, base: number): bigint | null {
  if (!(digitsOfBase[base]?.test(digits) ?? false)) return null
  // BigInt takes time quadratic in the length; no 64-bit integer has more than 80 digits.
  const significant = digits.replace(/^0+/, '')
  return significant.length > 80
    ? maxInt64 + 1n
    : BigInt(`${prefixOfBase[base]}${significant === '' ? '0' : significant}`)
}

function inInt64(value: bigint): boolean {
  return value >= minInt64 && value <= maxInt64
}

/** Converts any value to an int64: strings as Go literals (a fraction must be zeros), floats truncated, other values as 0. */
export function toInt64(value: Value): bigint {
  if (value instanceof Int) return hasConcreteType(value) ? BigInt.asIntN(64, value.value) : 0n
  if (typeof value === 'number') return floatToInt64(value)
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value !== 'string') return 0n
  const parsed = parseInteger(value.replace(/^(.+)\.0+$/s, '$1'), 0)
  return parsed !== null && inInt64(parsed) ? parsed : 0n
}

/** Go's cast library, which sprig uses, converts integer types and, of the named ones, months and weekdays. */
function hasConcreteType(value: Int): boolean {
  return value.named === null || value.named.name === 'time.Month' || value.named.name === 'time.Weekday'
}

/** Values beyond an int64, and NaN, become the minimum int64, as on amd64. */
export function floatToInt64(value: number): bigint {
  if (!(Math.abs(value) < 2 ** 63)) return minInt64
  return BigInt(Math.trunc(value))
}

/** Converts any value to a float64; values that aren't numbers become 0. */
export function toFloat64(value: Value): number {
  if (value instanceof Int) return hasConcreteType(value) ? Number(value.value) : 0
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'string' ? (parseFloat64(value) ?? 0) : 0
}

/** Parses a float64 like Go's strconv.ParseFloat; null if it is invalid or too large. */
export function parseFloat64(text: string): number | null {
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text)
  if (special !== null) {
    if (special[2]?.toLowerCase() === 'nan') return special[1] === '' ? Number.NaN : null
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  if (/^[+-]?0x/i.test(text)) return parseHexFloat(text)
  // An underscore must be between two digits.
  if (/(?<![0-9])_|_(?![0-9])/.test(text)) return null
  const digits = text.replaceAll('_', '')
  if (!/^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?$/i.test(digits)) return null
  const value = Number(digits)
  return Number.isFinite(value) ? value : null
}

function parseHexFloat(text: string): number | null {
  const match = /^([+-]?)0x(_?[0-9a-f](?:_?[0-9a-f])*)?(?:\.([0-9a-f](?:_?[0-9a-f])*)?)?p([+-]?[0-9]+)$/i.exec(text)
  if (match === null) return null
  const [, sign, whole = '', fraction = '', exponent = ''] = match
  const digits = (whole + fraction).replaceAll('_', '')
  if (digits === '' || digits.length > 200) return null
  const power = Number(exponent) - 4 * fraction.replaceAll('_', '').length
  const size = Number(BigInt(`0x${digits}`)) * 2 ** power
  return Number.isFinite(size) ? (sign === '-' ? -size : size) : null
}

/** Parses a decimal integer; 0 if it is invalid, the min or max int if it is out of range. */
function atoi(text: string): bigint {
  const parsed = parseInteger(text, 10) ?? 0n
  if (inInt64(parsed)) return parsed
  return parsed < 0n ? minInt64 : maxInt64
}

/** Parses the printed value as an octal number, for file modes. */
function toDecimal(value: Value): bigint {
  const parsed = parseInteger(toText(value), 8)
  return parsed !== null && inInt64(parsed) ? parsed : 0n
}

export const convertFunctions: FunctionTable = {
  int: define({ params: ['any'], call: (value) => intOf(toInt64(value)) }),
  int64: define({ params: ['any'], call: (value) => intOf(toInt64(value), 'int64') }),
  float64: define({ params: ['any'], call: toFloat64 }),
  atoi: define({ params: ['string'], call: (text) => intOf(atoi(text)) }),
  toDecimal: define({ params: ['any'], call: (value) => intOf(toDecimal(value), 'int64') }),
}
