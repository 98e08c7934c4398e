import { COLON, COMMA, DOUBLE_QUOTE, HASH, LF, maxFastDepth, SINGLE_QUOTE, SPACE } from './fast-cursor.ts'
import {
  doubleQuotedEnd,
  doubleQuotedValue,
  plainValue,
  singleQuotedEnd,
  singleQuotedValue,
  startsPlain,
} from './fast-scalar.ts'
import type { OpenObject, YamlValue } from './value.ts'

/** Where the reader of one line's brackets stands. */
export interface FlowCursor {
  readonly text: string
  pos: number
  depth: number
}

const OPEN_BRACKET = 91
const CLOSE_BRACKET = 93
const OPEN_BRACE = 123
const CLOSE_BRACE = 125

/**
 * Reads brackets or braces that close on the same line, from their first character to behind their last. Undefined where the general
 * parser should decide: missing or empty entries, keys without values, anchors, comments.
 */
export function readFlow(cursor: FlowCursor): YamlValue | undefined {
  if (cursor.depth >= maxFastDepth) return undefined
  cursor.depth++
  const value = cursor.text.charCodeAt(cursor.pos) === OPEN_BRACKET ? readFlowList(cursor) : readFlowMapping(cursor)
  cursor.depth--
  return value
}

function readFlowList(cursor: FlowCursor): YamlValue | undefined {
  const items: YamlValue[] = []
  cursor.pos++
  if (skipSpaces(cursor) === CLOSE_BRACKET) {
    cursor.pos++
    return items
  }
  for (;;) {
    const item = readFlowValue(cursor)
    if (item === undefined) return undefined
    items.push(item)
    const code = skipSpaces(cursor)
    cursor.pos++
    if (code === CLOSE_BRACKET) return items
    if (code !== COMMA) return undefined
    skipSpaces(cursor)
  }
}

function readFlowMapping(cursor: FlowCursor): YamlValue | undefined {
  const object: OpenObject = {}
  cursor.pos++
  if (skipSpaces(cursor) === CLOSE_BRACE) {
    cursor.pos++
    return object
  }
  for (;;) {
    const key = readFlowScalar(cursor)
    if (typeof key !== 'string' || key === '<<' || key === '__proto__' || Object.hasOwn(object, key)) return undefined
    // A colon alone, as in {"a":1}, is left to the general parser.
    if (cursor.text.charCodeAt(cursor.pos) !== COLON || cursor.text.charCodeAt(cursor.pos + 1) !== SPACE)
      return undefined
    cursor.pos++
    skipSpaces(cursor)
    const value = readFlowValue(cursor)
    if (value === undefined) return undefined
    object[key] = value
    const code = skipSpaces(cursor)
    cursor.pos++
    if (code === CLOSE_BRACE) return object
    if (code !== COMMA) return undefined
    skipSpaces(cursor)
  }
}

function readFlowValue(cursor: FlowCursor): YamlValue | undefined {
  const code = cursor.text.charCodeAt(cursor.pos)
  return code === OPEN_BRACKET || code === OPEN_BRACE ? readFlow(cursor) : readFlowScalar(cursor)
}

function readFlowScalar(cursor: FlowCursor): null | boolean | number | string | undefined {
  const { text, pos } = cursor
  const code = text.charCodeAt(pos)
  if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) {
    const end = code === DOUBLE_QUOTE ? doubleQuotedEnd(text, pos) : singleQuotedEnd(text, pos)
    if (end < 0) return undefined
    cursor.pos = end + 1
    return code === DOUBLE_QUOTE ? doubleQuotedValue(text, pos, end) : singleQuotedValue(text, pos, end)
  }
  const end = startsPlain(text, pos) ? flowPlainEnd(text, pos) : -1
  if (end < 0) return undefined
  cursor.pos = end
  return plainValue(text, pos, end)
}

/** Where a plain scalar within brackets ends, or -1 for one that isn't simple. */
function flowPlainEnd(text: string, from: number): number {
  let pos = from
  for (let code = text.charCodeAt(pos); ; code = text.charCodeAt(++pos)) {
    if (code === COMMA || code === CLOSE_BRACKET || code === CLOSE_BRACE) return pos
    if (code === COLON) {
      const following = text.charCodeAt(pos + 1)
      if (following === SPACE) return pos
      if (following === COMMA || following === CLOSE_BRACKET || following === CLOSE_BRACE) return -1
    }
    // A question mark ends a scalar here in YAML 1.1 but not later on.
    if (
      code === LF ||
      code === HASH ||
      code === OPEN_BRACKET ||
      code === OPEN_BRACE ||
      code === 63 ||
      Number.isNaN(code)
    )
      return -1
  }
}

function skipSpaces(cursor: FlowCursor): number {
  let code = cursor.text.charCodeAt(cursor.pos)
  while (code === SPACE) code = cursor.text.charCodeAt(++cursor.pos)
  return code
}
