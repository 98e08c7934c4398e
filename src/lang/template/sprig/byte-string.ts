/*
 * Functions that count bytes work on strings with one UTF-16 unit per byte (U+0000 to U+00FF), which JavaScript's
 * string methods index like Go does.
 */
import { fromBytes, isAscii, toBytes } from '../../go/utf8.ts'

/** A string with one unit for each byte. */
export function toByteString(text: string): string {
  if (isAscii(text)) return text
  let units = ''
  for (const byte of toBytes(text)) units += String.fromCharCode(byte)
  return units
}

/** The inverse of `toByteString`. */
export function fromByteString(units: string): string {
  return isAscii(units) ? units : fromBytes(Uint8Array.from(units, (unit) => unit.charCodeAt(0)))
}

/** Applies a function for byte strings. */
export function onBytes(text: string, change: (units: string) => string): string {
  return fromByteString(change(toByteString(text)))
}
