import type { OpenObject, YamlValue } from '../value.ts'
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  type Codes,
  DASH,
  DOUBLE_QUOTE,
  HASH,
  isLineEnd,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUESTION,
  SINGLE_QUOTE,
  SPACE,
  skipSpaces,
} from './codes.ts'
import { plainValue, quotedEnd, quotedValue, startsPlain } from './scalar.ts'

/** The position of the reader within the brackets of one line. */
export interface FlowCursor {
  readonly text: string
  readonly codes: Codes
  pos: number
  levels: number
}

/**
 * Reads a flow list or mapping that ends on the same line, and moves after it. Undefined if the general parser has to
 * read it: missing or empty entries, keys without values, anchors, comments.
 */
export function readFlow(cursor: FlowCursor): YamlValue | undefined {
  if (cursor.levels === 0) return undefined
  cursor.levels--
  const value = cursor.codes[cursor.pos] === OPEN_BRACKET ? readFlowList(cursor) : readFlowMapping(cursor)
  cursor.levels++
  return value
}

function readFlowList(cursor: FlowCursor): YamlValue | undefined {
  const items: YamlValue[] = []
  cursor.pos++
  if (skip(cursor) === CLOSE_BRACKET) {
    cursor.pos++
    return items
  }
  for (;;) {
    const item = readFlowValue(cursor)
    if (item === undefined) return undefined
    items.push(item)
    const code = skip(cursor)
    cursor.pos++
    if (code === CLOSE_BRACKET) return items
    if (code !== COMMA) return undefined
    skip(cursor)
  }
}

function readFlowMapping(cursor: FlowCursor): YamlValue | undefined {
  const object: OpenObject = {}
  cursor.pos++
  if (skip(cursor) === CLOSE_BRACE) {
    cursor.pos++
    return object
  }
  for (;;) {
    const first = cursor.codes[cursor.pos]
    const key = readFlowScalar(cursor)
    if (typeof key !== 'string' || key === '<<' || key === '__proto__' || Object.hasOwn(object, key)) return undefined
    if (cursor.codes[cursor.pos] !== COLON) return undefined
    // Only after a quoted key may a colon be without a space after it, as in JSON: {"a":1}.
    const adjacent = first === DOUBLE_QUOTE || first === SINGLE_QUOTE
    if (!adjacent && cursor.codes[cursor.pos + 1] !== SPACE) return undefined
    cursor.pos++
    skip(cursor)
    const value = readFlowValue(cursor)
    if (value === undefined) return undefined
    object[key] = value
    const code = skip(cursor)
    cursor.pos++
    if (code === CLOSE_BRACE) return object
    if (code !== COMMA) return undefined
    skip(cursor)
  }
}

function readFlowValue(cursor: FlowCursor): YamlValue | undefined {
  const code = cursor.codes[cursor.pos]
  return code === OPEN_BRACKET || code === OPEN_BRACE ? readFlow(cursor) : readFlowScalar(cursor)
}

function readFlowScalar(cursor: FlowCursor): null | boolean | number | string | undefined {
  const { text, codes, pos } = cursor
  const code = codes[pos]
  const quoted = code === DOUBLE_QUOTE || code === SINGLE_QUOTE
  const end = quoted ? quotedEnd(codes, pos) : startsPlain(codes, pos) ? flowPlainEnd(codes, pos) : -1
  if (end < 0) return undefined
  cursor.pos = quoted ? end + 1 : end
  return quoted ? quotedValue(text, codes, pos, end) : plainValue(text, codes, pos, end)
}

/** Where a plain scalar within brackets ends; -1 if it isn't simple. */
function flowPlainEnd(codes: Codes, from: number): number {
  if (codes[from] === DASH && endsEntry(codes[from + 1])) return -1
  let pos = from
  for (let code = codes[pos]; !isLineEnd(code); code = codes[++pos]) {
    if (endsEntry(code)) return pos
    if (code === COLON) {
      if (codes[pos + 1] === SPACE) return pos
      if (endsEntry(codes[pos + 1])) return -1
    }
    // In YAML 1.1, but not in 1.2, a question mark ends a scalar here.
    if (code === HASH || code === OPEN_BRACKET || code === OPEN_BRACE || code === QUESTION) return -1
  }
  return -1
}

function endsEntry(code: number | undefined): boolean {
  return code === COMMA || code === CLOSE_BRACKET || code === CLOSE_BRACE
}

function skip(cursor: FlowCursor): number | undefined {
  cursor.pos = skipSpaces(cursor.codes, cursor.pos)
  return cursor.codes[cursor.pos]
}
