import { unquoteRune } from '../go/quote.ts'
import type { NumberLiteral } from './ast.ts'
import type { Span } from './errors.ts'

const maxInt = (1n << 63n) - 1n
const minInt = -(1n << 63n)
const maxUint = (1n << 64n) - 1n

const numberPattern =
  /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)/y

/** Finds the end of what looks like a number. It isn't valid if a letter or digit follows; the parser checks the rest. */
export function scanNumber(text: string, start: number): { end: number; valid: boolean } {
  numberPattern.lastIndex = start
  numberPattern.test(text)
  const end = numberPattern.lastIndex
  const next = text.codePointAt(end)
  return { end, valid: next === undefined || !/^[\p{L}\p{Nd}_]$/u.test(String.fromCodePoint(next)) }
}

/** Parses a number or character constant of Go; returns the reason in Go's words if it is invalid. */
export function readNumber(text: string, span: Span): NumberLiteral | string {
  return text.startsWith("'") ? readCharacter(text, span) : readPlain(text, span)
}

function readCharacter(text: string, span: Span): NumberLiteral | string {
  const code = unquoteRune(text)
  if (typeof code === 'string') return code === 'invalid syntax' ? code : `${code}: ${text}`
  return { ...span, kind: 'number', int: BigInt(code), float: code, ideal: 'int' }
}

function readPlain(text: string, span: Span): NumberLiteral | string {
  const int = readInt(text)
  if (int !== undefined && int >= minInt && int <= maxUint) {
    return {
      ...span,
      kind: 'number',
      int: int <= maxInt ? int : null,
      float: Number(int),
      ideal: int <= maxInt ? 'int' : 'overflow',
    }
  }
  const float = readFloat(text)
  if (float === undefined || !Number.isFinite(float)) return `illegal number syntax: ${JSON.stringify(text)}`
  if (!/[.eEpP]/.test(text)) return `integer overflow: ${JSON.stringify(text)}`
  // A float without a fraction can be used as an integer.
  const whole = Number.isInteger(float) && Math.abs(float) < 2 ** 63 ? BigInt(float) : null
  return { ...span, kind: 'number', int: whole, float, ideal: 'float' }
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
