/*
 * Go strings are bytes, JavaScript strings UTF-16. Valid UTF-8 is kept as a normal string. A byte that isn't part of
 * valid UTF-8 (from `"\xff"`, or from cutting a character in two) is kept as a mark: the lone surrogate U+DC00 + byte
 * (U+DC80 to U+DCFF), which can't occur in valid UTF-8. Joining the halves of a character leaves their marks in place
 * until `repair`; the functions here read marks as the bytes that they stand for.
 */

const encoder = new TextEncoder()
const markStart = 0xdc80
const markEnd = 0xdcff

/** The length of the string in Go, in bytes. */
export function byteLength(text: string): number {
  let length = text.length
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit < 0x80) continue
    if (unit < 0x800) length += 1
    else if (isPairAt(text, index, unit)) {
      length += 2
      index++
    } else if (!isMark(unit)) length += 2
  }
  return length
}

/** The bytes of a string. */
export function toBytes(text: string): Uint8Array {
  if (text.isWellFormed()) return encoder.encode(text)
  const bytes: number[] = []
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (isMark(unit)) bytes.push(unit - 0xdc00)
    else if (isPairAt(text, index, unit)) {
      bytes.push(...encoder.encode(text.slice(index, index + 2)))
      index++
    } else bytes.push(...encoder.encode(text[index]))
  }
  return Uint8Array.from(bytes)
}

/** The string of these bytes; each byte that isn't part of a valid character becomes a mark. */
export function fromBytes(bytes: Uint8Array): string {
  let text = ''
  let index = 0
  while (index < bytes.length) {
    const length = characterLength(bytes, index)
    if (length === 0) {
      text += String.fromCharCode(0xdc00 + (bytes[index] ?? 0))
      index += 1
    } else {
      text += String.fromCodePoint(codePoint(bytes, index, length))
      index += length
    }
  }
  return text
}

/** Bytes `start` to `end` of a string, as Go's `s[start:end]`. */
export function sliceBytes(text: string, start: number, end: number): string {
  if (isAscii(text)) return text.slice(start, end)
  return fromBytes(toBytes(text).subarray(start, end))
}

export function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) >= 0x80) return false
  return true
}

/** Decodes marks that together form a valid character, so that only invalid bytes remain marks. */
export function repair(text: string): string {
  return text.isWellFormed() ? text : fromBytes(toBytes(text))
}

/** The string for output: each invalid byte becomes U+FFFD, as in a decoder that reads Go's output. */
export function toText(text: string): string {
  return text.isWellFormed() ? text : repair(text).toWellFormed()
}

/** Compares by UTF-8 bytes, as Go does. By UTF-16 units, U+FF5E would come after U+1F600. */
export function compareBytes(left: string, right: string): number {
  const shorter = Math.min(left.length, right.length)
  for (let index = 0; index < shorter; index++) {
    const a = left.charCodeAt(index)
    const b = right.charCodeAt(index)
    if (a === b) continue
    if (a < 0xd800 || b < 0xd800) return a - b
    return compareHigh(left, right, index)
  }
  return left.length - right.length
}

/** The keys of an object in Go's order. */
export function sortedKeys(object: object): string[] {
  return Object.keys(object).sort(compareBytes)
}

function compareHigh(left: string, right: string, index: number): number {
  if (!left.isWellFormed() || !right.isWellFormed()) return compareArrays(toBytes(left), toBytes(right))
  return rank(left.charCodeAt(index)) - rank(right.charCodeAt(index))
}

function compareArrays(left: Uint8Array, right: Uint8Array): number {
  const index = left.findIndex((byte, at) => byte !== right[at])
  return index < 0 ? left.length - right.length : (left[index] ?? 0) - (right[index] ?? -1)
}

/** Surrogates encode characters above U+FFFF, so they sort after all other units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

function isMark(unit: number): boolean {
  return unit >= markStart && unit <= markEnd
}

function isPairAt(text: string, index: number, unit: number): boolean {
  if (unit < 0xd800 || unit > 0xdbff) return false
  const next = text.charCodeAt(index + 1)
  return next >= 0xdc00 && next <= 0xdfff
}

/** The byte length of the character at `index`, 0 if it is invalid: shortest forms only, no surrogates, up to U+10FFFF. */
function characterLength(bytes: Uint8Array, index: number): number {
  const first = bytes[index] ?? 0
  if (first < 0x80) return 1
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
  if (first < 0xc2 || first > 0xf4 || index + length > bytes.length) return 0
  for (let offset = 1; offset < length; offset++) if (((bytes[index + offset] ?? 0) & 0xc0) !== 0x80) return 0
  const second = bytes[index + 1] ?? 0
  const outside =
    (first === 0xe0 && second < 0xa0) ||
    (first === 0xed && second > 0x9f) ||
    (first === 0xf0 && second < 0x90) ||
    (first === 0xf4 && second > 0x8f)
  return outside ? 0 : length
}

function codePoint(bytes: Uint8Array, index: number, length: number): number {
  const first = bytes[index] ?? 0
  if (length === 1) return first
  let code = first & (0xff >> (length + 1))
  for (let offset = 1; offset < length; offset++) code = (code << 6) | ((bytes[index + offset] ?? 0) & 0x3f)
  return code
}
