import { getScalarValue, SCALAR_STYLE, type ScalarEvent } from 'js-yaml'
import { resolveFloat, resolveInteger, resolvePlain } from './scalar.ts'
import { isTimestamp } from './timestamp.ts'

/** The value of a scalar before it is checked for JSON: numbers may be infinite or NaN. */
export type Scalar = null | boolean | number | bigint | string

const coreTags = 'tag:yaml.org,2002:'

/**
 * The name of an explicit core tag (`int` for `!!int`), `!` for the non-specific tag, other tags as written; undefined
 * without a tag.
 */
export function tagOf(source: string, event: ScalarEvent): string | undefined {
  if (event.tagStart < 0) return undefined
  const raw = source.slice(event.tagStart, event.tagEnd)
  if (raw.startsWith('!!')) return raw.slice(2)
  return raw.startsWith(`!<${coreTags}`) ? raw.slice(2 + coreTags.length, -1) : raw
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
 * tag. Unknown tags make it a string. Undefined if the scalar isn't valid for its tag.
 */
export function decodeScalar(source: string, event: ScalarEvent): Scalar | undefined {
  const text = scalarText(source, event)
  const tag = tagOf(source, event)
  if (tag === undefined || tag === '!') return event.style === SCALAR_STYLE.PLAIN ? resolvePlain(text) : text
  const decode = decoders.get(tag)
  return decode === undefined ? text : decode(text)
}

/**
 * The content of a scalar. A block at the very end of the source has no final line break unless the source has it; the
 * parser adds one.
 */
function scalarText(source: string, event: ScalarEvent): string {
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
