/* From strings to lists and back. */
import { compareBytes } from '../../go/utf8.ts'
import { toText } from '../format/plain.ts'
import { define, defineWithRuntime, type FunctionTable } from '../functions.ts'
import { type GoMap, goType, isList, type List, typedList, typedMap, type Value } from '../value.ts'
import { characters } from './unicode.ts'

const stringList = (items: string[]): List => typedList('[]string', items)

/** Pieces between separators, at most `limit` of them, the rest in the last (-1: all). An empty separator parts characters. */
function splitText(text: string, separator: string, limit: number): string[] {
  const pieces = separator === '' ? characters(text) : text.split(separator)
  if (limit < 0 || pieces.length <= limit) return pieces
  if (limit === 0) return []
  return [...pieces.slice(0, limit - 1), pieces.slice(limit - 1).join(separator)]
}

/** Pieces under the names `_0`, `_1` and so on, so that a template reaches them as fields. */
function numbered(pieces: readonly string[]): GoMap {
  return typedMap('map[string]string', Object.fromEntries(pieces.map((piece, index) => [`_${index}`, piece])))
}

/** The texts of a list's items without the nil ones; of anything else one text, and none of nil. */
export function toStrings(value: Value): string[] {
  if (value === null || value === undefined) return []
  if (!isList(value)) return [toText(value)]
  return value.filter((item) => item !== null && item !== undefined).map(toText)
}

/** Sorts by bytes. A list of strings is sorted in place, as in sprig; any other is copied. */
function sortAlpha(value: Value): List {
  if (isList(value)) {
    if (value[goType] === '[]string') return value.sort((a, b) => compareBytes(String(a), String(b)))
    return stringList(toStrings(value).sort(compareBytes))
  }
  return stringList([toText(value)])
}

export const splitFunctions: FunctionTable = {
  split: define({ params: ['string', 'string'], call: (separator, text) => numbered(splitText(text, separator, -1)) }),
  splitn: define({
    params: ['string', 'int', 'string'],
    call: (separator, limit, text) => numbered(splitText(text, separator, limit)),
  }),
  splitList: define({
    params: ['string', 'string'],
    call: (separator, text) => stringList(splitText(text, separator, -1)),
  }),
  join: defineWithRuntime({
    params: ['string', 'any'],
    call: (runtime, separator, value) => {
      const pieces = toStrings(value)
      runtime.grow(pieces.reduce((sum, piece) => sum + piece.length + separator.length, 0))
      return pieces.join(separator)
    },
  }),
  toStrings: define({ params: ['any'], call: (value) => stringList(toStrings(value)) }),
  toString: define({ params: ['any'], call: (value) => toText(value) }),
  sortAlpha: define({ params: ['any'], call: sortAlpha }),
}
