import { Complex } from '../go/complex.ts'
import { unquoteRune } from '../go/quote.ts'
import type { NumberLiteral } from './ast.ts'
import type { Span } from './errors.ts'

const maxInt = (1n << 63n) - 1n
const minInt = -(1n << 63n)
const maxUint = (1n << 64n) - 1n

const numberPattern =
  /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y

/** Where a number ends; `bad` is as much of it as shows that it isn't one. */
interface Scanned {
  readonly end: number
  readonly bad?: string
}

/** Finds the end of what looks like a number, also of a complex one (`1+2i`); the parser checks the rest. */
export function scanNumber(text: string, start: number): Scanned {
  const first = scanPart(text, start, start)
  const next = text[first.end]
  if (first.bad !== undefined || (next !== '+' && next !== '-')) return first
  const second = scanPart(text, start, first.end)
  if (second.bad !== undefined || text[second.end - 1] === 'i') return second
  return { end: second.end, bad: text.slice(start, second.end) }
}

/** No letter or digit may follow a number. */
function scanPart(text: string, start: number, from: number): Scanned {
  numberPattern.lastIndex = from
  numberPattern.test(text)
  const end = numberPattern.lastIndex
  const next = text.codePointAt(end)
  const character = next === undefined ? '' : String.fromCodePoint(next)
  return /^[\p{L}\p{Nd}_]$/u.test(character) ? { end, bad: text.slice(start, end) + character } : { end }
}

/** Parses a number or character constant of Go; returns the reason in Go's words if it is invalid. */
export function readNumber(text: string, span: Span): NumberLiteral | string {
  if (text.startsWith("'")) return readCharacter(text, span)
  const { end } = scanPart(text, 0, 0)
  return end < text.length ? readPair(text, end, span) : readPlain(text, span)
}

function readCharacter(text: string, span: Span): NumberLiteral | string {
  const code = unquoteRune(text)
  if (typeof code === 'string') return code === 'invalid syntax' ? code : `${code}: ${text}`
  return { ...span, kind: 'number', int: BigInt(code), float: code, complex: null, ideal: 'int' }
}

/** `1+2i`, of which the first part ends at `end`. Go scans both parts as decimal or hexadecimal floats. */
function readPair(text: string, end: number, span: Span): NumberLiteral | string {
  const [first, second] = [text.slice(0, end), text.slice(end, -1)]
  if (/i$|^[+-]?0[bBoO]/.test(first) || /^.$|^.0[bBoO]/.test(second)) return 'syntax error scanning complex number'
  const parts: number[] = []
  for (const part of [first, second]) {
    const value = readFloat(part)
    if (value === undefined) return `strconv.ParseFloat: parsing ${JSON.stringify(part)}: invalid syntax`
    if (!Number.isFinite(value)) return `strconv.ParseFloat: parsing ${JSON.stringify(part)}: value out of range`
    parts.push(value)
  }
  const [real = 0, imag = 0] = parts
  return complexLiteral(new Complex(real, imag), span)
}

/** A complex number without an imaginary part can be used as a float, and as an integer if it is whole. */
function complexLiteral(complex: Complex, span: Span): NumberLiteral {
  const float = complex.imag === 0 ? complex.real : null
  return { ...span, kind: 'number', int: float === null ? null : wholeOf(float), float, complex, ideal: 'complex' }
}

/** The integer that a float without a fraction can be used as. */
function wholeOf(float: number): bigint | null {
  return Number.isInteger(float) && float >= -(2 ** 63) && float < 2 ** 63 ? BigInt(float) : null
}

/** Go takes the E of `-0xE` for an exponent, though not that of `0xE`. */
const signedHexWithE = /^[+-]0[xX].*[eE]/

function readPlain(text: string, span: Span): NumberLiteral | string {
  const imag = text.endsWith('i') ? readFloat(text.slice(0, -1)) : undefined
  if (imag !== undefined && Number.isFinite(imag)) return complexLiteral(new Complex(0, imag), span)
  const int = readInt(text)
  if (int !== undefined && int >= minInt && int <= maxUint) {
    return {
      ...span,
      kind: 'number',
      int: int <= maxInt ? int : null,
      float: Number(int),
      complex: null,
      ideal: signedHexWithE.test(text) ? 'float' : int <= maxInt ? 'int' : 'overflow',
    }
  }
  const float = readFloat(text)
  if (float === undefined || !Number.isFinite(float)) return `illegal number syntax: ${JSON.stringify(text)}`
  if (!/[.eEpP]/.test(text)) return `integer overflow: ${JSON.stringify(text)}`
  return { ...span, kind: 'number', int: wholeOf(float), float, complex: null, ideal: 'float' }
}

/** An integer literal of Go, any base: `0x1F`, `0b11`, `0o17`, `017`, `1_000`. */
export function readInt(text: string): bigint | undefined {
  const match =
    /^([+-]?)(?:(0[xX](?:_?[0-9a-fA-F])+)|(0[bB](?:_?[01])+)|0[oO]?((?:_?[0-7])+)|(0|[1-9](?:_?[0-9])*))$/.exec(text)
  if (match === null) return undefined
  const [, sign, hex, binary, octal, decimal] = match
  const digits = octal === undefined ? (hex ?? binary ?? decimal ?? '') : `0o${octal}`
  const value = BigInt(digits.replaceAll('_', ''))
  return sign === '-' ? -value : value
}

/** A float literal of Go, decimal or hexadecimal (`0x1p4`). */
export function readFloat(text: string): number | undefined {
  if (/^[+-]?(?=\.?[0-9])(?:[0-9](?:_?[0-9])*)?\.?(?:[0-9](?:_?[0-9])*)?(?:[eE][+-]?[0-9](?:_?[0-9])*)?$/.test(text)) {
    return Number(text.replaceAll('_', ''))
  }
  const hex = /^([+-]?)0[xX]((?:_?[0-9a-fA-F])*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)$/.exec(text)
  if (hex === null) return undefined
  const [, sign, whole = '', fraction = '', power] = hex
  const digits = whole.replaceAll('_', '') + fraction
  if (digits === '') return undefined
  const value = Number(BigInt(`0x${digits}`)) * 2 ** (Number(power) - 4 * fraction.length)
  return sign === '-' ? -value : value
}
