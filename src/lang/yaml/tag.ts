import { getScalarValue, SCALAR_STYLE, type ScalarEvent } from 'js-yaml'
import { resolveFloat, resolveInteger, resolvePlain } from './scalar.ts'
import { isTimestamp } from './timestamp.ts'

/** A scalar's value as the reader knows it before it must fit JSON: infinities and NaN among the numbers. */
export type Scalar = null | boolean | number | bigint | string

const coreTags = 'tag:yaml.org,2002:'

/** The name of an explicit core tag (`int` for `!!int`), `!` for the bare one, any other tag as it stands; undefined without one. */
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

/** What each core tag makes of a scalar's text; undefined when the text is nothing of that kind. */
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
 * The value of a scalar: a plain one by its look, a quoted one or a block as text, a tagged one by its tag. Unknown tags mean
 * nothing and leave the text. Undefined when the text doesn't fit the tag.
 */
export function decodeScalar(source: string, event: ScalarEvent): Scalar | undefined {
  const text = scalarText(source, event)
  const tag = tagOf(source, event)
  if (tag === undefined || tag === '!') return event.style === SCALAR_STYLE.PLAIN ? resolvePlain(text) : text
  const decode = decoders.get(tag)
  return decode === undefined ? text : decode(text)
}

/** A scalar's text. A block that ends with the text itself has no final line break to keep: the parser would add one. */
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
