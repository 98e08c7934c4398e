/* From strings to lists and back. */

import { compareBytes } from '../../go/utf8.ts'
import { toText } from '../format/plain.ts'
import { defineWithRuntime, type FunctionTable } from '../functions.ts'
import { type GoMap, goType, isList, type List, type Runtime, typedList, typedMap, type Value } from '../value.ts'
import { characters } from './unicode.ts'

const stringList = (items: string[]): List => typedList('[]string', items)

/**
 * Splits a string into at most `limit` pieces, with the rest in the last one (-1: all). An empty separator
 * splits between characters.
 */
function splitString(text: string, separator: string, limit: number): string[] {
  const pieces = separator === '' ? characters(text) : text.split(separator)
  if (limit < 0 || pieces.length <= limit) return pieces
  if (limit === 0) return []
  return [...pieces.slice(0, limit - 1), pieces.slice(limit - 1).join(separator)]
}

/** A map of the pieces with the keys `_0`, `_1` and so on, so that templates can read them as fields. */
function numbered(pieces: readonly string[]): GoMap {
  return typedMap('map[string]string', Object.fromEntries(pieces.map((piece, index) => [`_${index}`, piece])))
}

/** The items of a list as strings, without nil; a list of one string for other values, empty for nil. */
function toStrings(runtime: Runtime, value: Value): string[] {
  if (value === null || value === undefined) return []
  const items = isList(value) ? value.filter((item) => item !== null && item !== undefined) : [value]
  runtime.iterate(items.length)
  return items.map((item) => printed(runtime, item))
}

function printed(runtime: Runtime, value: Value): string {
  const text = toText(value)
  // A string is returned as it is; printing other values creates strings.
  if (typeof value !== 'string') runtime.grow(text.length)
  return text
}

/** Sorts by bytes. As in sprig, a list of strings is sorted in place, any other is copied. */
function sortAlpha(runtime: Runtime, value: Value): List {
  if (!isList(value)) return stringList([printed(runtime, value)])
  if (value[goType] === '[]string') return value.sort((a, b) => compareBytes(String(a), String(b)))
  return stringList(toStrings(runtime, value).sort(compareBytes))
}

function join(runtime: Runtime, separator: string, value: Value): string {
  const pieces = toStrings(runtime, value)
  runtime.grow(pieces.reduce((sum, piece) => sum + piece.length + separator.length, 0))
  return pieces.join(separator)
}

function pieces(runtime: Runtime, text: string, separator: string, limit: number): string[] {
  const split = splitString(text, separator, limit)
  runtime.iterate(split.length)
  return split
}

export const splitFunctions: FunctionTable = {
  split: defineWithRuntime({
    params: ['string', 'string'],
    call: (runtime, separator, text) => numbered(pieces(runtime, text, separator, -1)),
  }),
  splitn: defineWithRuntime({
    params: ['string', 'int', 'string'],
    call: (runtime, separator, limit, text) => numbered(pieces(runtime, text, separator, limit)),
  }),
  splitList: defineWithRuntime({
    params: ['string', 'string'],
    call: (runtime, separator, text) => stringList(pieces(runtime, text, separator, -1)),
  }),
  join: defineWithRuntime({ params: ['string', 'any'], call: join }),
  toStrings: defineWithRuntime({ params: ['any'], call: (runtime, value) => stringList(toStrings(runtime, value)) }),
  toString: defineWithRuntime({ params: ['any'], call: printed }),
  sortAlpha: defineWithRuntime({ params: ['any'], call: sortAlpha }),
}
