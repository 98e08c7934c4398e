import type { BlockCache, LineRange } from '../block-cache.ts'
import { FIRST_STRING, FIRST_WORD, firstCharacter } from '../scalar.ts'
import type { OpenObject, YamlValue } from '../value.ts'
import { readBlockScalar } from './block.ts'
import {
  BAR,
  COLON,
  type Codes,
  DASH,
  DOUBLE_QUOTE,
  GREATER,
  HASH,
  isBlank,
  isLineEnd,
  OPEN_BRACE,
  OPEN_BRACKET,
  SINGLE_QUOTE,
  SPACE,
  skipSpaces,
} from './codes.ts'
import { type Cursor, finishLine, goToLine } from './cursor.ts'
import { type FlowCursor, readFlow } from './flow.ts'
import { codesOf, hashOf, maxHashed, readLines } from './lines.ts'
import { plainEnd, plainValue, quotedEnd, quotedValue, startsPlain } from './scalar.ts'

/*
 * A reader for the YAML that templates produce: one document of block mappings and lists, with scalars on one line or
 * in blocks. It reads the text once, by character codes, and gives up (undefined) at anything that it isn't sure of.
 * Its values are those of the general parser; a differential test checks that.
 */

// Longer keys can't be on the line of their value.
const maxKeyLength = 1000

// The general parser reads deeper documents: it reports where they are too deep.
const maxLevels = 64

/**
 * Reads a mapping or list in block style; undefined for any text that needs the general parser, including invalid ones.
 * Blocks in `cache` aren't read again.
 */
export function readBlockYaml(text: string, maxDepth = maxLevels, cache?: BlockCache): YamlValue | undefined {
  const codes = codesOf(text)
  const lines = codes === undefined ? undefined : readLines(codes, text.length)
  if (codes === undefined || lines === undefined) return undefined
  const cursor: Cursor = {
    text,
    codes,
    lines,
    cache,
    line: 0,
    pos: 0,
    indent: 0,
    levels: Math.min(maxDepth, maxLevels),
  }
  goToLine(cursor, 0)
  if (cursor.indent === 0 && text.startsWith('---\n', cursor.pos)) goToLine(cursor, 1)
  if (cursor.indent < 0) return undefined
  const value = readBlock(cursor)
  return cursor.indent < 0 ? value : undefined
}

/** Reads the mapping or list that starts at the cursor. */
function readBlock(cursor: Cursor): YamlValue | undefined {
  return readCached(cursor, 'block', readNew)
}

function readNew(cursor: Cursor): YamlValue | undefined {
  if (cursor.levels === 0) return undefined
  cursor.levels--
  const value = isDash(cursor.codes, cursor.pos) ? readList(cursor) : readMapping(cursor)
  cursor.levels++
  return value
}

/** Returns the cached value of the block (or list item) that starts at the cursor, else reads it. */
function readCached(
  cursor: Cursor,
  kind: LineRange['kind'],
  read: (cursor: Cursor) => YamlValue | undefined,
): YamlValue | undefined {
  const { cache, text, lines, line, indent, levels } = cursor
  // A mapping after a dash is cached together with the dash.
  if (cache === undefined || indent !== lines.indents[line]) return read(cursor)
  const next = kind === 'item' ? endOfItem(cursor) : endOfBlock(cursor)
  // Looking up a single line takes as long as reading it.
  if (next - line < 2 || next - line > maxHashed) return read(cursor)
  const start = lines.starts[line] ?? 0
  const range = { kind, text, start, end: lines.starts[next] ?? start, hash: hashOf(lines, line, next) }
  const cached = cache.find(range, levels)
  if (cached !== undefined) {
    goToLine(cursor, next)
    return cached
  }
  const value = read(cursor)
  // If the block ends earlier, the next line is wrongly indented, and the caller will find that.
  if (value !== undefined && cursor.line === next) cache.add(range, levels, value)
  return value
}

/** The first line after a block: indented less, or, after a list, at its column without a dash. */
function endOfBlock({ codes, lines: { starts, indents }, line, pos, indent }: Cursor): number {
  const isList = isDash(codes, pos)
  let end = line + 1
  for (let next = indents[end]; next !== undefined && next >= indent; next = indents[++end]) {
    if (isList && next === indent && !isDash(codes, (starts[end] ?? 0) + indent)) break
  }
  return end
}

/** The first line after an item of a list. */
function endOfItem({ lines: { indents }, line, indent }: Cursor): number {
  let end = line + 1
  while ((indents[end] ?? -1) > indent) end++
  return end
}

function isDash(codes: Codes, pos: number): boolean {
  return codes[pos] === DASH && isBlank(codes[pos + 1])
}

function readMapping(cursor: Cursor): YamlValue | undefined {
  const { text, codes, indent } = cursor
  const object: OpenObject = {}
  do {
    const start = cursor.pos
    const colon = keyEnd(codes, start)
    if (colon < 0) return undefined
    const key = keyValue(text, codes, start, colon)
    if (key === undefined || key === '__proto__' || Object.hasOwn(object, key)) return undefined
    const value = readValue(cursor, colon + 1, indent)
    if (value === undefined) return undefined
    object[key] = value
  } while (cursor.indent === indent)
  return cursor.indent < indent ? object : undefined
}

/** The offset of the colon after a key; -1 if there is no simple key. */
function keyEnd(codes: Codes, start: number): number {
  const end = isQuote(codes[start])
    ? quotedEnd(codes, start) + 1
    : startsPlain(codes, start)
      ? plainEnd(codes, start)
      : 0
  const simple = end > start && end - start < maxKeyLength
  return simple && codes[end] === COLON && isBlank(codes[end + 1]) ? end : -1
}

/** The key before a colon; undefined if it may be anything but a string (a merge key, a number, the end of a document). */
function keyValue(text: string, codes: Codes, start: number, colon: number): string | undefined {
  const code = codes[start] ?? 0
  if (isQuote(code)) return quotedValue(text, codes, start, colon - 1)
  if (codes[colon - 1] === SPACE || code === DASH || text.startsWith('...', start)) return undefined
  const kind = firstCharacter[code]
  if (kind === FIRST_STRING || (kind === FIRST_WORD && colon - start > 5)) {
    const key = text.slice(start, colon)
    return key === '<<' ? undefined : key
  }
  const key = plainValue(text, codes, start, colon)
  return typeof key === 'string' ? key : undefined
}

/** Reads the value after a key's colon, on the same line or below. */
function readValue(cursor: Cursor, from: number, indent: number): YamlValue | undefined {
  const { codes } = cursor
  const pos = skipSpaces(codes, from)
  const code = codes[pos]
  if (!isLineEnd(code) && code !== HASH) return readInline(cursor, pos, indent)
  if (!finishLine(cursor, from)) return undefined
  if (cursor.indent > indent) return readBlock(cursor)
  // A list may start at the column of its key.
  return cursor.indent === indent && isDash(codes, cursor.pos) ? readBlock(cursor) : null
}

function readList(cursor: Cursor): YamlValue | undefined {
  const { codes, indent } = cursor
  const items: YamlValue[] = []
  do {
    const item = readCached(cursor, 'item', readItem)
    if (item === undefined) return undefined
    items.push(item)
  } while (cursor.indent === indent && isDash(codes, cursor.pos))
  return cursor.indent <= indent ? items : undefined
}

function readItem(cursor: Cursor): YamlValue | undefined {
  const { codes, indent } = cursor
  const dash = cursor.pos
  const pos = skipSpaces(codes, dash + 1)
  const code = codes[pos]
  if (isLineEnd(code) || code === HASH) {
    if (!finishLine(cursor, dash + 1)) return undefined
    return cursor.indent > indent ? readBlock(cursor) : null
  }
  if (isDash(codes, pos) || keyEnd(codes, pos) >= 0) {
    cursor.pos = pos
    cursor.indent = indent + pos - dash
    return readBlock(cursor)
  }
  return readInline(cursor, pos, indent)
}

/** Reads a value on the line of its key or dash. It must not continue on the next line, which would be indented more. */
function readInline(cursor: Cursor, pos: number, indent: number): YamlValue | undefined {
  const { text, codes } = cursor
  const code = codes[pos]
  let end: number
  let value: YamlValue | undefined
  if (isQuote(code)) {
    const close = quotedEnd(codes, pos)
    if (close < 0) return undefined
    value = quotedValue(text, codes, pos, close)
    end = close + 1
  } else if (code === OPEN_BRACKET || code === OPEN_BRACE) {
    const flow: FlowCursor = { text, codes, pos, levels: cursor.levels }
    value = readFlow(flow)
    end = flow.pos
  } else if (startsPlain(codes, pos)) {
    end = plainEnd(codes, pos)
    value = plainValue(text, codes, pos, end)
    // The space before a comment is what makes it one.
    if (codes[end] === HASH) end--
  } else {
    return code === BAR || code === GREATER ? readBlockBelow(cursor, pos, indent) : undefined
  }
  return value !== undefined && finishLine(cursor, end) && cursor.indent <= indent ? value : undefined
}

function readBlockBelow(cursor: Cursor, pos: number, indent: number): YamlValue | undefined {
  cursor.pos = pos
  const value = readBlockScalar(cursor, indent)
  return cursor.indent <= indent ? value : undefined
}

function isQuote(code: number | undefined): boolean {
  return code === DOUBLE_QUOTE || code === SINGLE_QUOTE
}
