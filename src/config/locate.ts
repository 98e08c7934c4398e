import {
  EVENT_DOCUMENT,
  EVENT_MAPPING,
  EVENT_POP,
  EVENT_SCALAR,
  EVENT_SEQUENCE,
  type Event,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE_LITERAL_BLOCK,
  type ScalarEvent,
} from 'js-yaml'
import type { Path } from '../lang/text/path.ts'
import type { Position } from './faults.ts'

/**
 * Finds the position of a path in a document; undefined if it can't be determined. With `at`, a position in the string at
 * that path (such as a template in a block scalar); undefined too if the string isn't written line by line.
 */
export type Locate = (path: Path, at?: Position) => Position | undefined

/** A Locate for the first document of a YAML (or JSON) source, which is parsed on the first call. */
export function locateIn(text: string): Locate {
  let events: readonly Event[] | undefined
  return (path, at) => {
    if (path.length === 0) return at ?? { line: 1, column: 1 }
    events ??= eventsOf(text)
    const found = find(text, events, path)
    if (found === undefined) return undefined
    if (at === undefined) return positionAt(text, startOf(found.key))
    if (found.value.type !== EVENT_SCALAR || found.value.style !== SCALAR_STYLE_LITERAL_BLOCK) return undefined
    const { line } = positionAt(text, found.value.valueStart)
    return { line: line + at.line - 1, column: found.value.indent + at.column }
  }
}

function eventsOf(text: string): readonly Event[] {
  try {
    return parseEvents(text, {})
  } catch {
    // The reader of the document has reported that already.
    return []
  }
}

interface Found {
  /** The key or the list item of the value. */
  readonly key: Event
  readonly value: Event
}

/** Finds a path. If it is missing in the document, the position of its last existing ancestor is used. */
function find(text: string, events: readonly Event[], path: Path): Found | undefined {
  let index = events[0]?.type === EVENT_DOCUMENT ? 1 : 0
  let found: Found | undefined
  for (const step of path) {
    const next = typeof step === 'number' ? itemAt(events, index, step) : valueAt(text, events, index, step)
    const key = next === undefined ? undefined : events[next.key]
    const value = next === undefined ? undefined : events[next.value]
    // Aliases and merged keys can't be followed: use the position found so far.
    if (next === undefined || key === undefined || value === undefined) return found
    found = { key, value }
    index = next.value
  }
  return found
}

interface Indices {
  readonly key: number
  readonly value: number
}

function valueAt(text: string, events: readonly Event[], mapping: number, name: string): Indices | undefined {
  if (events[mapping]?.type !== EVENT_MAPPING) return undefined
  let found: Indices | undefined
  for (let key = mapping + 1; isNode(events[key]); ) {
    const value = behind(events, key)
    const event = events[key]
    // Of duplicate keys the last one counts.
    if (event?.type === EVENT_SCALAR && getScalarValue(text, event) === name) found = { key, value }
    key = behind(events, value)
  }
  return found
}

function itemAt(events: readonly Event[], sequence: number, position: number): Indices | undefined {
  if (events[sequence]?.type !== EVENT_SEQUENCE) return undefined
  let item = sequence + 1
  for (let left = position; left > 0 && isNode(events[item]); left--) item = behind(events, item)
  return isNode(events[item]) ? { key: item, value: item } : undefined
}

function isNode(event: Event | undefined): boolean {
  return event !== undefined && event.type !== EVENT_POP
}

/** The index after the node that starts at `index`. */
function behind(events: readonly Event[], index: number): number {
  let open = 0
  let next = index
  do {
    const type = events[next]?.type
    if (type === EVENT_MAPPING || type === EVENT_SEQUENCE) open++
    else if (type === EVENT_POP) open--
    next++
  } while (open > 0 && next < events.length)
  return next
}

function startOf(event: Event): number {
  if (event.type === EVENT_SCALAR) return valueStartOf(event)
  return event.type === EVENT_MAPPING || event.type === EVENT_SEQUENCE ? event.start : 0
}

function valueStartOf({ valueStart, anchorStart, tagStart }: ScalarEvent): number {
  return [valueStart, anchorStart, tagStart].find((offset) => offset >= 0) ?? 0
}

function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: offset - lineStart + 1 }
}
