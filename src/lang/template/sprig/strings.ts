/* Strings: cutting, searching, repeating, quoting. As in Go, lengths and indexes are in bytes. */

import { quote } from '../../go/quote.ts'
import { byteLength } from '../../go/utf8.ts'
import { FunctionError } from '../errors.ts'
import { toText } from '../format/plain.ts'
import { define, defineWithRuntime, type FunctionTable } from '../functions.ts'
import type { GoFunction, Value } from '../value.ts'
import { fromByteString, toByteString } from './byte-string.ts'
import { counted } from './counted.ts'
import { sliceBoundsError } from './go-errors.ts'
import { characters, isSpace, lower, trimSpace, upper } from './unicode.ts'

function slice(text: string, low: number, high: number): string {
  const units = toByteString(text)
  if (low > high || high > units.length) throw sliceBoundsError(low, high, units.length)
  return fromByteString(units.slice(low, high))
}

/** Bytes `start` to `end`. A negative start means from the beginning, a negative or too large end means to the end. */
export function substring(start: number, end: number, text: string): string {
  if (start < 0) return slice(text, 0, end)
  const length = byteLength(text)
  return slice(text, start, end < 0 || end > length ? length : end)
}

/** The first `count` bytes, or the last `-count` bytes if it is negative. */
export function truncate(count: number, text: string): string {
  const length = byteLength(text)
  if (count < 0) return length + count > 0 ? slice(text, length + count, length) : text
  return length > count ? slice(text, 0, count) : text
}

function trimAll(cutset: string, text: string): string {
  const cut = new Set(characters(cutset))
  const chars = Array.from(text)
  let start = 0
  let end = chars.length
  while (start < end && cut.has(chars[start] ?? '')) start++
  while (end > start && cut.has(chars[end - 1] ?? '')) end--
  return chars.slice(start, end).join('')
}

/** Replaces every occurrence; an empty `old` matches between characters and at both ends. */
function replace(old: string, replacement: string, text: string): string {
  if (old !== '') return text.replaceAll(old, () => replacement)
  return replacement + Array.from(text, (char) => char + replacement).join('')
}

function occurrences(text: string, piece: string): number {
  if (piece === '') return text.length + 1
  let count = 0
  for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + piece.length)) count++
  return count
}

/** The bytes that aren't white space, each as a character: like in sprig, this breaks non-ASCII characters. */
function deleteSpace(text: string): string {
  const units = toByteString(text)
  const kept = Array.from(units).filter((unit) => !isSpace(unit))
  return kept.length === units.length ? text : kept.join('')
}

/** The first byte of each word, as a character. */
function initials(text: string): string {
  let result = ''
  let atStart = true
  for (const unit of toByteString(text)) {
    if (isSpace(unit)) atStart = true
    else if (atStart) {
      result += unit
      atStart = false
    }
  }
  return result
}

/** A function that quotes all values except nil, and joins them with spaces. */
function quoting(quoted: (text: string) => string): GoFunction {
  const show = (value: Value) => (value === null ? '' : quoted(toText(value)))
  return defineWithRuntime({
    params: [],
    variadic: 'any',
    call: (runtime, ...values) => {
      // Fast path: nearly all calls have one value.
      const [only = null] = values
      const text =
        values.length === 1
          ? show(only)
          : values
              .filter((value) => value !== null)
              .map(show)
              .join(' ')
      runtime.grow(text.length)
      return text
    },
  })
}

const trimAllFunction = define({ params: ['string', 'string'], call: trimAll })

export const stringFunctions: FunctionTable = {
  hello: define({ params: [], call: () => 'Hello!' }),
  trim: define({ params: ['string'], call: trimSpace }),
  trimAll: trimAllFunction,
  trimall: trimAllFunction,
  trimPrefix: define({
    params: ['string', 'string'],
    call: (prefix, text) => (text.startsWith(prefix) ? text.slice(prefix.length) : text),
  }),
  trimSuffix: define({
    params: ['string', 'string'],
    call: (suffix, text) => (text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text),
  }),
  upper: define({ params: ['string'], call: upper }),
  lower: define({ params: ['string'], call: lower }),
  contains: define({ params: ['string', 'string'], call: (piece, text) => text.includes(piece) }),
  hasPrefix: define({ params: ['string', 'string'], call: (prefix, text) => text.startsWith(prefix) }),
  hasSuffix: define({ params: ['string', 'string'], call: (suffix, text) => text.endsWith(suffix) }),
  substr: define({ params: ['int', 'int', 'string'], call: substring }),
  trunc: define({ params: ['int', 'string'], call: truncate }),
  nospace: counted(define({ params: ['string'], call: deleteSpace })),
  initials: define({ params: ['string'], call: initials }),
  plural: define({ params: ['string', 'string', 'int'], call: (one, many, count) => (count === 1 ? one : many) }),
  repeat: defineWithRuntime({
    params: ['int', 'string'],
    call: (runtime, count, text) => {
      if (count < 0) throw new FunctionError('strings: negative Repeat count')
      if (text === '') return ''
      runtime.grow(count * byteLength(text))
      return text.repeat(count)
    },
  }),
  replace: defineWithRuntime({
    params: ['string', 'string', 'string'],
    call: (runtime, old, replacement, text) => {
      if (replacement.length > old.length) {
        runtime.grow(byteLength(text) + occurrences(text, old) * byteLength(replacement))
      }
      return replace(old, replacement, text)
    },
  }),
  cat: counted(
    define({
      params: [],
      variadic: 'any',
      call: (...values) =>
        values
          .filter((value) => value !== null)
          .map(toText)
          .join(' '),
    }),
  ),
  quote: quoting(quote),
  squote: quoting((text) => `'${text}'`),
}
