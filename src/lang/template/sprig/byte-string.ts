/*
 * Functions that count bytes are written for strings of one UTF-16 unit a byte (U+0000 to U+00FF), which JavaScript's own string methods
 * then index as Go does.
 */
import { fromBytes, isAscii, toBytes } from '../../go/utf8.ts'

/** A string with one unit for each byte of the text. */
export function toByteString(text: string): string {
  if (isAscii(text)) return text
  let units = ''
  for (const byte of toBytes(text)) units += String.fromCharCode(byte)
  return units
}

/** The text of a string of bytes. */
export function fromByteString(units: string): string {
  return isAscii(units) ? units : fromBytes(Uint8Array.from(units, (unit) => unit.charCodeAt(0)))
}

/** Applies a function on bytes to a text. */
export function onBytes(text: string, change: (units: string) => string): string {
  return fromByteString(change(toByteString(text)))
}
