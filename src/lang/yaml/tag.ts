import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE, type ScalarEvent } from 'js-yaml'
import { resolveFloat, resolveInteger, resolvePlain } from './scalar.ts'
import { isTimestamp } from './timestamp.ts'

/** The value of a scalar before it is checked for JSON: numbers may be infinite or NaN. */
export type Scalar = null | boolean | number | bigint | string

const coreTags = 'tag:yaml.org,2002:'

/** What the handles of tags stand for, by handle: `!`, `!!` and those of `%TAG` directives. */
export type TagHandles = ReadonlyMap<string, string>

/** The handles of the first document in the parser's events. */
export function tagHandles(events: readonly Event[]): TagHandles {
  const handles = new Map([
    ['!', '!'],
    ['!!', coreTags],
  ])
  const document = events[0]
  if (document?.type !== EVENT_ID.DOCUMENT) return handles
  for (const directive of document.directives)
    if (directive.kind === 'tag') handles.set(directive.handle, directive.prefix)
  return handles
}

/**
 * The name of an explicit core tag (`int` for `!!int`), `!` for the non-specific tag, other tags in full; undefined
 * without a tag.
 */
export function tagOf(source: string, event: ScalarEvent, handles: TagHandles): string | undefined {
  if (event.tagStart < 0) return undefined
  const raw = source.slice(event.tagStart, event.tagEnd)
  if (raw === '!') return raw
  const tag = raw.startsWith('!<') ? raw.slice(2, -1) : withoutHandle(raw, handles)
  return tag.startsWith(coreTags) ? tag.slice(coreTags.length) : tag
}

function withoutHandle(raw: string, handles: TagHandles): string {
  const handle = raw.slice(0, raw.indexOf('!', 1) + 1) || '!'
  return (handles.get(handle) ?? handle) + raw.slice(handle.length)
}

function resolvedAs(kind: 'boolean' | 'number', text: string): Scalar | undefined {
  const value = resolvePlain(text)
  const actual: string = typeof value
  return actual === kind ? value : undefined
}

/** The decoders of the core tags; undefined if the scalar isn't valid for the tag. */
const decoders: ReadonlyMap<string, (text: string) => Scalar | undefined> = new Map([
  ['str', (text: string) => text],
  ['null', (text: string) => (resolvePlain(text) === null ? null : undefined)],
  ['bool', (text: string) => resolvedAs('boolean', text)],
  ['int', (text: string) => resolveInteger(text)],
  ['float', (text: string) => resolveFloat(text) ?? resolvedAs('number', text)],
  ['timestamp', (text: string) => (isTimestamp(text) ? text : undefined)],
  ['binary', decodeBase64],
])

/**
 * The value of a scalar: a plain one is resolved, a quoted one or a block is a string, a tagged one is decoded by its
 * tag. The non-specific tag and unknown ones make it a string. Undefined if the scalar isn't valid for its tag.
 */
export function decodeScalar(source: string, event: ScalarEvent, handles: TagHandles): Scalar | undefined {
  const text = scalarText(source, event)
  const tag = tagOf(source, event, handles)
  if (tag === undefined) return event.style === SCALAR_STYLE.PLAIN ? resolvePlain(text) : text
  const decode = decoders.get(tag)
  return decode === undefined ? text : decode(text)
}

const escapedBreak = /(?<!\\)((?:\\\\)*)\\(?:\r\n|\r|\n)((?:[ \t]*(?:\r\n|\r|\n))+)/g

/**
 * A scalar in double quotes. Empty lines behind an escaped line break are line breaks of the string, which the parser forgets:
 * they are written as escapes.
 */
function doubleQuoted(source: string, event: ScalarEvent): string {
  const raw = source.slice(event.valueStart, event.valueEnd)
  const escaped = raw.replace(
    escapedBreak,
    (_, before: string, lines: string) => `${before}${'\\n'.repeat(lines.split(/\r\n|\r|\n/).length - 1)}\\\n`,
  )
  if (escaped === raw) return getScalarValue(source, event)
  return getScalarValue(escaped, { ...event, valueStart: 0, valueEnd: escaped.length })
}

/**
 * The content of a scalar. A block at the very end of the source has no final line break unless the source has it; the
 * parser adds one.
 */
function scalarText(source: string, event: ScalarEvent): string {
  if (event.style === SCALAR_STYLE.DOUBLE_QUOTED && !event.fast) return doubleQuoted(source, event)
  const text = getScalarValue(source, event)
  const block = event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK
  if (!block || event.valueEnd !== source.length || !text.endsWith('\n')) return text
  const last = source.charCodeAt(source.length - 1)
  return last === 10 || last === 13 ? text : text.slice(0, -1)
}

function decodeBase64(text: string): string | undefined {
  const packed = text.replaceAll(/[\r\n]/g, '')
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) return undefined
  return new TextDecoder().decode(Uint8Array.from(atob(packed), (char) => char.charCodeAt(0)))
}
