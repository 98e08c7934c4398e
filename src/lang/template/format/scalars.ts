import type { Complex } from '../../go/complex.ts'
import { binaryFloat, formatFloat, hexFloat } from '../../go/float.ts'
import { type Int, isSigned } from '../../go/int.ts'
import { canBackquote, isPrintable, quote, quoteRune } from '../../go/quote.ts'
import { toBytes } from '../../go/utf8.ts'
import { type Flags, pad, truncate } from './flags.ts'

/* Scalars by verb, as documented in Go's package fmt. Each function returns undefined for a verb that its type doesn't have. */

export function formatBool(value: boolean, verb: string, flags: Flags): string | undefined {
  return verb === 't' || verb === 'v' ? pad(String(value), flags) : undefined
}

export function formatString(text: string, verb: string, flags: Flags): string | undefined {
  switch (verb) {
    case 'v':
      return flags.sharpV ? quoted(text, flags) : pad(truncate(text, flags), flags)
    case 's':
      return pad(truncate(text, flags), flags)
    case 'q':
      return quoted(text, flags)
    case 'x':
      return hexBytes(text, flags)
    case 'X':
      return hexBytes(text, flags).toUpperCase()
    default:
      return undefined
  }
}

export function formatInt(int: Int, verb: string, flags: Flags): string | undefined {
  const { value } = int
  switch (verb) {
    case 'v':
      return flags.sharpV && !isSigned(int.kind)
        ? digits(value, 16, verb, { ...flags, sharp: true })
        : digits(value, 10, verb, flags)
    case 'd':
      return digits(value, 10, verb, flags)
    case 'b':
      return digits(value, 2, verb, flags)
    case 'o':
    case 'O':
      return digits(value, 8, verb, flags)
    case 'x':
      return digits(value, 16, verb, flags)
    case 'X':
      return digits(value, 16, verb, flags).toUpperCase()
    case 'c':
      return pad(String.fromCodePoint(validRune(value)), flags)
    case 'q':
      return pad(quoteRune(validRune(value), flags.plus), flags)
    case 'U':
      return unicode(value, flags)
    default:
      return undefined
  }
}

export function formatFloatVerb(value: number, verb: string, flags: Flags): string | undefined {
  const lower = verb.toLowerCase()
  if (!'vbgxfe'.includes(lower) || verb === 'V' || verb === 'B') return undefined
  const byDefault = lower === 'e' || lower === 'f' ? 6 : -1
  const precision = flags.precision >= 0 ? flags.precision : byDefault
  let text = floatDigits(value, lower, precision)
  if (text[0] !== '-' && text[0] !== '+') text = `+${text}`
  if (flags.space && text[0] === '+' && !flags.plus) text = ` ${text.slice(1)}`
  if (!Number.isFinite(value)) return infinite(text, flags)
  if (flags.sharp && lower !== 'b') text = withPoint(text, verb, precision)
  if (verb === 'E' || verb === 'G' || verb === 'X') text = text.toUpperCase()
  if (!flags.plus && text[0] === '+') return pad(text.slice(1), flags)
  if (flags.zero && !flags.minus && flags.width > text.length)
    return text[0] + text.slice(1).padStart(flags.width - 1, '0')
  return pad(text, flags)
}

/** Each part by itself, in parentheses; the imaginary one always has a sign. */
export function formatComplex({ real, imag }: Complex, verb: string, flags: Flags): string | undefined {
  const first = formatFloatVerb(real, verb, flags)
  return first === undefined ? undefined : `(${first}${formatFloatVerb(imag, verb, { ...flags, plus: true })}i)`
}

function floatDigits(value: number, verb: string, precision: number): string {
  if (verb === 'b') return binaryFloat(value)
  if (verb === 'x') return hexFloat(value, precision)
  return formatFloat(value, verb === 'e' || verb === 'f' ? verb : 'g', precision)
}

/** Infinities and NaN are never padded with zeros; NaN has a sign only if requested. */
function infinite(signed: string, flags: Flags): string {
  const bare = signed.endsWith('NaN') ? !flags.space && !flags.plus : signed[0] === '+' && !flags.plus && !flags.space
  const text = bare && signed.endsWith('NaN') ? signed.slice(1) : signed
  return pad(text, flags, false)
}

/**
 * The `#` flag: always a decimal point, and with `%g` the trailing zeros. Go counts the x of `%x` as a digit, and
 * doesn't pad `%X`.
 */
function withPoint(text: string, verb: string, precision: number): string {
  const tailAt = text.search(verb === 'x' || verb === 'X' ? 'p' : 'e')
  const number = tailAt < 0 ? text : text.slice(0, tailAt)
  const tail = tailAt < 0 ? '' : text.slice(tailAt)
  const digitCount = 'vgGx'.includes(verb) ? (precision < 0 ? 6 : precision) : 0
  const hasPoint = number.includes('.')
  let significant = number.slice(1).replace('.', '').replace(/^0+/, '').length
  if (!hasPoint && number.length === 2 && number[1] === '0') significant++
  return number + (hasPoint ? '' : '.') + '0'.repeat(Math.max(digitCount - significant, 0)) + tail
}

const prefixes: Readonly<Record<number, string>> = { 2: '0b', 16: '0x' }

function digits(value: bigint, base: number, verb: string, flags: Flags): string {
  const negative = value < 0n
  if (flags.precision === 0 && value === 0n) return pad('', flags, false)
  let text = (negative ? -value : value).toString(base)
  const zeroWidth = flags.zero && !flags.minus && flags.width >= 0 ? flags.width : 0
  const signWidth = negative || flags.plus || flags.space ? 1 : 0
  text = text.padStart(flags.precision >= 0 ? flags.precision : zeroWidth - signWidth, '0')
  if (flags.sharp && base === 8 && text[0] !== '0') text = `0${text}`
  if (flags.sharp) text = (prefixes[base] ?? '') + text
  if (verb === 'O') text = `0o${text}`
  const sign = negative ? '-' : flags.plus ? '+' : flags.space ? ' ' : ''
  return pad(sign + text, flags, false)
}

function unicode(value: bigint, flags: Flags): string {
  const code = BigInt.asUintN(64, value)
  let text = `U+${code.toString(16).toUpperCase().padStart(Math.max(flags.precision, 4), '0')}`
  if (flags.sharp && code <= 0x10ffffn) {
    const character = String.fromCodePoint(Number(code))
    if (isPrintable(character)) text += ` '${character}'`
  }
  return pad(text, flags, false)
}

function validRune(value: bigint): number {
  return value < 0n || value > 0x10ffffn || (value >= 0xd800n && value <= 0xdfffn) ? 0xfffd : Number(value)
}

function quoted(text: string, flags: Flags): string {
  const short = truncate(text, flags)
  return pad(flags.sharp && canBackquote(short) ? `\`${short}\`` : quote(short, flags.plus), flags)
}

/** The bytes of a string in hexadecimal; the precision counts bytes, and the space flag separates them. */
function hexBytes(text: string, flags: Flags): string {
  const all = toBytes(text)
  const bytes = flags.precision >= 0 ? all.subarray(0, flags.precision) : all
  const pairs = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
  if (pairs.length === 0) return pad('', flags)
  const each = flags.sharp && flags.space ? '0x' : ''
  const body = flags.space ? pairs.map((pair) => each + pair).join(' ') : (flags.sharp ? '0x' : '') + pairs.join('')
  return pad(body, flags)
}
