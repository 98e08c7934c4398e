import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE, type ScalarEvent } from 'js-yaml'
import { resolveInteger } from './scalar.ts'
import { shortestFloat } from './shortest.ts'
import { decodeScalar, type Scalar, type TagHandles, tagHandles, tagOf } from './tag.ts'
import { type OpenObject, setOwn, type YamlObject, type YamlValue } from './value.ts'

/** Limits on the value of a document. */
export interface YamlLimits {
  /** How deep mappings and lists may be nested, including those that aliases refer to. */
  readonly maxDepth: number
  /** How many values may come from aliases: otherwise a few lines could expand to billions of values. */
  readonly maxAliased: number
}

/** An error while composing a value, at an offset of the source. */
export class ComposeError extends Error {
  readonly offset: number

  constructor(reason: string, offset: number) {
    super(reason)
    this.offset = offset
  }
}

interface Composer {
  readonly source: string
  readonly events: readonly Event[]
  readonly handles: TagHandles
  /** The index of each alias event, and of the event of the node that it refers to. */
  readonly targets: ReadonlyMap<number, number>
  /** Nodes that are being composed: an alias to one of them would contain itself. */
  readonly open: Set<number>
  readonly limits: YamlLimits
  next: number
  aliased: number
  /** How many aliases are being followed. */
  following: number
}

/** A mapping while it is being composed. */
interface Mapping {
  readonly object: OpenObject
  /** Keys that weren't strings (`1`, `true`): an equal string key takes precedence, in any order. */
  nonStringKeys: Set<string> | undefined
}

/**
 * The value of the first document in the parser's events, by the rules of Kubernetes' YAML library: of duplicate keys
 * the last one counts, a merge key (`<<`) sets its keys at its position in the mapping, and keys become strings.
 */
export function composeFirst(events: readonly Event[], source: string, limits: YamlLimits): YamlValue {
  if (events.length === 0) return null
  const targets = aliasTargets(events, source)
  const handles = tagHandles(events)
  return jsonValue({ source, events, handles, targets, open: new Set(), limits, next: 1, aliased: 0, following: 0 }, 1)
}

/** Composes the next node as a JSON value. Throws for infinities and NaN, which JSON doesn't have. */
function jsonValue(composer: Composer, depth: number): YamlValue {
  const event = composer.events[composer.next]
  const value = composeNode(composer, depth)
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new ComposeError('JSON has no infinities and no NaN', offsetOf(event))
  }
  return value
}

/** Composes the next node. A node is composed again for each alias to it, so that nothing is shared. */
function composeNode(composer: Composer, depth: number): YamlValue {
  const at = composer.next++
  const event = composer.events[at]
  if (event?.type === EVENT_ID.ALIAS) return follow(composer, at, () => composeNode(composer, depth))
  charge(composer, depth, event)
  if (event?.type === EVENT_ID.SCALAR) return scalarValue(composer, event)
  if (event?.type !== EVENT_ID.SEQUENCE && event?.type !== EVENT_ID.MAPPING) return null
  composer.open.add(at)
  const value = event.type === EVENT_ID.SEQUENCE ? composeSequence(composer, depth) : composeMapping(composer, depth)
  composer.open.delete(at)
  return value
}

/** Counts one more node against the limits. */
function charge(composer: Composer, depth: number, event: Event | undefined): void {
  const { maxAliased, maxDepth } = composer.limits
  if (composer.following > 0 && ++composer.aliased > maxAliased) {
    throw new ComposeError(`aliases repeat more than ${maxAliased} values`, offsetOf(event))
  }
  if (depth > maxDepth) throw new ComposeError(`nested more than ${maxDepth} levels deep`, offsetOf(event))
}

function scalarValue({ source, handles }: Composer, event: ScalarEvent): Scalar {
  if (event.style === SCALAR_STYLE.DOUBLE_QUOTED && !event.fast) checkEscapes(source, event)
  const value = decodeScalar(source, event, handles)
  if (value !== undefined) return value
  const text = JSON.stringify(getScalarValue(source, event).slice(0, 40))
  throw new ComposeError(`${text} is not a valid !!${tagOf(source, event, handles)}`, offsetOf(event))
}

const escapes = /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|.)/gs

/** Throws for an escape within double quotes that isn't a character of Unicode, or that YAML 1.1 doesn't have. */
function checkEscapes(source: string, event: ScalarEvent): void {
  for (const match of source.slice(event.valueStart, event.valueEnd).matchAll(escapes)) {
    const code = Number.parseInt(match[1] ?? match[2] ?? '0', 16)
    const offset = event.valueStart + match.index
    if (match[0] === '\\/') throw new ComposeError('YAML 1.1 has no escape \\/: write / instead', offset)
    if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff)
      throw new ComposeError('an escape must not encode a surrogate', offset)
  }
}

function composeSequence(composer: Composer, depth: number): YamlValue {
  const items: YamlValue[] = []
  while (!atEnd(composer)) items.push(jsonValue(composer, depth + 1))
  composer.next++
  return items
}

function composeMapping(composer: Composer, depth: number): YamlObject {
  const mapping: Mapping = { object: {}, nonStringKeys: undefined }
  composePairs(composer, depth, mapping)
  return mapping.object
}

/** Composes the pairs of a mapping whose own event was just read. */
function composePairs(composer: Composer, depth: number, into: Mapping): void {
  while (!atEnd(composer)) {
    if (isMergeKey(composer)) {
      composer.next++
      merge(composer, depth, into)
      continue
    }
    const keyAt = composer.next
    const key = composeNode(composer, depth + 1)
    const name = typeof key === 'string' ? key : keyString(composer, key, keyAt)
    setPair(into, name, typeof key === 'string', jsonValue(composer, depth + 1))
  }
  composer.next++
}

function setPair(into: Mapping, name: string, isString: boolean, value: YamlValue): void {
  if (isString) {
    into.nonStringKeys?.delete(name)
  } else {
    if (Object.hasOwn(into.object, name) && into.nonStringKeys?.has(name) !== true) return
    into.nonStringKeys ??= new Set()
    into.nonStringKeys.add(name)
  }
  setOwn(into.object, name, value)
}

/** The string for a key of another type: integers with all their digits, floats in their shortest form. */
function keyString(composer: Composer, key: Exclude<YamlValue, string>, at: number): string {
  if (typeof key === 'boolean' || (typeof key === 'bigint' && key < 2n ** 63n)) return String(key)
  const event = composer.events[composer.targets.get(at) ?? at]
  if (typeof key === 'number' && event?.type === EVENT_ID.SCALAR) {
    if (Number.isNaN(key)) return '.nan'
    if (!Number.isFinite(key)) return key > 0 ? '.inf' : '-.inf'
    const isInteger = resolveInteger(getScalarValue(composer.source, event)) !== undefined
    return isInteger ? String(key) : shortestFloat(key)
  }
  throw new ComposeError('a key must be a string, a number of at most 63 bits or a boolean', offsetOf(event))
}

function isMergeKey(composer: Composer): boolean {
  const event = composer.events[composer.next]
  if (event?.type !== EVENT_ID.SCALAR || getScalarValue(composer.source, event) !== '<<') return false
  const tag = tagOf(composer.source, event, composer.handles)
  return tag === undefined ? event.style === SCALAR_STYLE.PLAIN : tag === '!' || tag === 'merge'
}

/** Composes the value of a merge key: a mapping, or a list of mappings in which earlier ones take precedence. */
function merge(composer: Composer, depth: number, into: Mapping): void {
  const at = composer.next++
  const event = composer.events[at]
  if (event?.type === EVENT_ID.SEQUENCE) {
    const items: number[] = []
    while (!atEnd(composer)) {
      items.push(composer.next)
      skipNode(composer)
    }
    const end = composer.next + 1
    for (const item of items.reverse()) {
      composer.next = item + 1
      mergeMapping(composer, item, depth, into)
    }
    composer.next = end
    return
  }
  mergeMapping(composer, at, depth, into)
}

function mergeMapping(composer: Composer, at: number, depth: number, into: Mapping): void {
  const event = composer.events[at]
  charge(composer, depth, event)
  if (event?.type === EVENT_ID.ALIAS) {
    follow(composer, at, () => mergeMapping(composer, composer.next++, depth + 1, into))
    return
  }
  if (event?.type !== EVENT_ID.MAPPING) {
    throw new ComposeError('the value of a merge key (<<) must be a mapping or a list of mappings', offsetOf(event))
  }
  composer.open.add(at)
  composePairs(composer, depth + 1, into)
  composer.open.delete(at)
}

/** Composes the node that an alias refers to, then continues after the alias. */
function follow<T>(composer: Composer, at: number, read: () => T): T {
  const target = composer.targets.get(at)
  if (target === undefined)
    throw new ComposeError('unknown anchor: no anchor of this name precedes the alias', offsetOf(composer.events[at]))
  if (composer.open.has(target)) {
    throw new ComposeError('the alias is inside the node that it refers to', offsetOf(composer.events[at]))
  }
  const resumeAt = composer.next
  composer.next = target
  composer.following++
  const value = read()
  composer.following--
  composer.next = resumeAt
  return value
}

/**
 * Resolves aliases by their position in the source, so that those in a repeated node keep their meaning even if an
 * anchor is defined again.
 */
function aliasTargets(events: readonly Event[], source: string): ReadonlyMap<number, number> {
  const targets = new Map<number, number>()
  const anchors = new Map<string, number>()
  events.forEach((event, index) => {
    if (event.type === EVENT_ID.POP || event.type === EVENT_ID.DOCUMENT || event.anchorStart < 0) return
    const name = source.slice(event.anchorStart, event.anchorEnd)
    if (event.type !== EVENT_ID.ALIAS) anchors.set(name, index)
    else if (anchors.has(name)) targets.set(index, anchors.get(name) ?? 0)
  })
  return targets
}

function skipNode(composer: Composer): void {
  let open = 0
  do {
    const type = composer.events[composer.next++]?.type
    if (type === EVENT_ID.SEQUENCE || type === EVENT_ID.MAPPING) open++
    else if (type === EVENT_ID.POP) open--
  } while (open > 0)
}

function atEnd(composer: Composer): boolean {
  const event = composer.events[composer.next]
  return event === undefined || event.type === EVENT_ID.POP
}

function offsetOf(event: Event | undefined): number {
  if (event === undefined || event.type === EVENT_ID.POP || event.type === EVENT_ID.DOCUMENT) return 0
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart - 1
  const value = event.type === EVENT_ID.SCALAR ? event.valueStart : event.start
  return [event.tagStart, event.anchorStart - 1, value].find((offset) => offset >= 0) ?? 0
}
