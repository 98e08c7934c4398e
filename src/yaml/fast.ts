import { readBlockScalar } from './fast-block.ts'
import {
  COLON,
  type Cursor,
  DASH,
  DOUBLE_QUOTE,
  finishLine,
  HASH,
  isBlank,
  LF,
  maxFastDepth,
  nextContent,
  SINGLE_QUOTE,
  SPACE,
} from './fast-cursor.ts'
import { type FlowCursor, readFlow } from './fast-flow.ts'
import {
  doubleQuotedEnd,
  doubleQuotedValue,
  plainEnd,
  plainValue,
  singleQuotedEnd,
  singleQuotedValue,
  startsPlain,
} from './fast-scalar.ts'
import type { OpenObject, YamlValue } from './value.ts'

/*
 * A reader for the YAML that templates produce: one document of block mappings and lists, scalars on one line or in blocks. It goes over
 * the text once, by character codes, and gives up (undefined) at the first thing that it isn't sure of. What it does give is what
 * the general parser gives; a differential test holds it to that.
 */

// Tabs, carriage returns, control characters, other line breaks and characters beyond the basic plane are for the general parser.
const notAscii = /[^\n\x20-\x7e]/
const notSimple = /[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/

// Longer keys can't stand on the line of their value.
const maxKeyLength = 1000

/** Reads a mapping or list in block style; undefined for any text that needs the general parser, wrong ones included. */
export function readBlockYaml(text: string): YamlValue | undefined {
  if (notAscii.test(text) && notSimple.test(text)) return undefined
  const cursor: Cursor = { text, pos: 0, indent: 0, depth: 0 }
  nextContent(cursor, 0)
  if (cursor.indent === 0 && text.startsWith('---\n', cursor.pos)) nextContent(cursor, cursor.pos + 4)
  if (cursor.indent < 0) return undefined
  const value = readBlock(cursor)
  return cursor.indent < 0 ? value : undefined
}

/** The mapping or list whose first line the cursor stands on. */
function readBlock(cursor: Cursor): YamlValue | undefined {
  if (cursor.depth >= maxFastDepth) return undefined
  cursor.depth++
  const value = isDash(cursor.text, cursor.pos) ? readList(cursor) : readMapping(cursor)
  cursor.depth--
  return value
}

function isDash(text: string, pos: number): boolean {
  return text.charCodeAt(pos) === DASH && isBlank(text.charCodeAt(pos + 1))
}

function readMapping(cursor: Cursor): YamlValue | undefined {
  const { text, indent } = cursor
  const object: OpenObject = {}
  do {
    const start = cursor.pos
    const colon = keyEnd(text, start)
    if (colon < 0) return undefined
    const key = keyValue(text, start, colon)
    if (key === undefined || key === '__proto__' || Object.hasOwn(object, key)) return undefined
    const value = readValue(cursor, colon + 1, indent)
    if (value === undefined) return undefined
    object[key] = value
  } while (cursor.indent === indent)
  return cursor.indent < indent ? object : undefined
}

/** The offset of the colon behind a key; -1 where no simple key stands. */
function keyEnd(text: string, start: number): number {
  const end = isQuote(text.charCodeAt(start))
    ? quotedEnd(text, start) + 1
    : startsPlain(text, start)
      ? plainEnd(text, start)
      : 0
  const simple = end > start && end - start < maxKeyLength
  return simple && text.charCodeAt(end) === COLON && isBlank(text.charCodeAt(end + 1)) ? end : -1
}

/** The key before a colon, if it is a text that means nothing else (such as a merge key, or the start of a document). */
function keyValue(text: string, start: number, colon: number): string | undefined {
  const code = text.charCodeAt(start)
  if (isQuote(code)) return quotedValue(text, start, colon - 1)
  if (text.charCodeAt(colon - 1) === SPACE || code === DASH || text.startsWith('...', start)) return undefined
  const key = plainValue(text, start, colon)
  return typeof key === 'string' && key !== '<<' ? key : undefined
}

/** The value behind a key's colon, on its line or below. */
function readValue(cursor: Cursor, from: number, indent: number): YamlValue | undefined {
  const { text } = cursor
  let pos = from
  while (text.charCodeAt(pos) === SPACE) pos++
  const code = text.charCodeAt(pos)
  if (code !== LF && code !== HASH && pos < text.length) return readInline(cursor, pos, indent)
  if (!finishLine(cursor, from)) return undefined
  if (cursor.indent > indent) return readBlock(cursor)
  // A list may stand at the column of its key.
  return cursor.indent === indent && isDash(text, cursor.pos) ? readBlock(cursor) : null
}

function readList(cursor: Cursor): YamlValue | undefined {
  const { text, indent } = cursor
  const items: YamlValue[] = []
  do {
    const item = readItem(cursor, indent)
    if (item === undefined) return undefined
    items.push(item)
  } while (cursor.indent === indent && isDash(text, cursor.pos))
  return cursor.indent <= indent ? items : undefined
}

function readItem(cursor: Cursor, indent: number): YamlValue | undefined {
  const { text } = cursor
  const dash = cursor.pos
  let pos = dash + 1
  while (text.charCodeAt(pos) === SPACE) pos++
  const code = text.charCodeAt(pos)
  if (code === LF || code === HASH || pos >= text.length) {
    if (!finishLine(cursor, dash + 1)) return undefined
    return cursor.indent > indent ? readBlock(cursor) : null
  }
  if (isDash(text, pos) || keyEnd(text, pos) >= 0) {
    cursor.pos = pos
    cursor.indent = indent + pos - dash
    return readBlock(cursor)
  }
  return readInline(cursor, pos, indent)
}

/** A value on the line of its key or dash. Nothing of it may go on below, where lines would be indented more. */
function readInline(cursor: Cursor, pos: number, indent: number): YamlValue | undefined {
  const { text } = cursor
  const code = text.charCodeAt(pos)
  if (code === 124 || code === 62) {
    cursor.pos = pos
    const block = readBlockScalar(cursor, indent)
    return block !== undefined && cursor.indent <= indent ? block : undefined
  }
  let end: number
  let value: YamlValue | undefined
  if (isQuote(code)) {
    const close = quotedEnd(text, pos)
    if (close < 0) return undefined
    value = quotedValue(text, pos, close)
    end = close + 1
  } else if (code === 91 || code === 123) {
    const flow: FlowCursor = { text, pos, depth: cursor.depth }
    value = readFlow(flow)
    end = flow.pos
  } else {
    if (!startsPlain(text, pos)) return undefined
    end = plainEnd(text, pos)
    value = plainValue(text, pos, end)
    if (text.charCodeAt(end) === HASH) end--
  }
  return value !== undefined && finishLine(cursor, end) && cursor.indent <= indent ? value : undefined
}

function isQuote(code: number): boolean {
  return code === DOUBLE_QUOTE || code === SINGLE_QUOTE
}

function quotedEnd(text: string, open: number): number {
  return text.charCodeAt(open) === DOUBLE_QUOTE ? doubleQuotedEnd(text, open) : singleQuotedEnd(text, open)
}

function quotedValue(text: string, open: number, close: number): string {
  return text.charCodeAt(open) === DOUBLE_QUOTE
    ? doubleQuotedValue(text, open, close)
    : singleQuotedValue(text, open, close)
}
