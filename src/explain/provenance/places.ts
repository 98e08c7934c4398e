import {
  EVENT_DOCUMENT,
  EVENT_MAPPING,
  EVENT_POP,
  EVENT_SCALAR,
  EVENT_SEQUENCE,
  type Event,
  getScalarValue,
  parseEvents,
} from 'js-yaml'
import { pointer } from './keyed.ts'

/** The offsets of a value in YAML; `key` is the start of its key or list item. */
export interface Place {
  readonly key: number
  readonly start: number
  readonly end: number
}

/** The places of all values of the first YAML document, by JSON pointer (indexes for lists). Empty if it can't be parsed. */
export function placesOf(text: string): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>()
  try {
    const events = parseEvents(text, {})
    walk(text, events, events[0]?.type === EVENT_DOCUMENT ? 1 : 0, [], 0, places)
  } catch {
    // Kubernetes' parser tolerates more indentation than this one: then lines are unknown.
  }
  return places
}

/** Records the node at `index` and its descendants; returns the index after it. */
function walk(
  text: string,
  events: readonly Event[],
  index: number,
  path: readonly string[],
  key: number,
  places: Map<string, Place>,
): number {
  const event = events[index]
  if (event === undefined) return index + 1
  if (event.type === EVENT_SCALAR) {
    const start = event.valueStart < 0 ? key : event.valueStart
    places.set(pointer(path), { key, start, end: Math.max(event.valueEnd, start) })
    return index + 1
  }
  if (event.type !== EVENT_MAPPING && event.type !== EVENT_SEQUENCE) return index + 1
  places.set(pointer(path), { key, start: event.start, end: event.start })
  let next = index + 1
  for (let item = 0; next < events.length && events[next]?.type !== EVENT_POP; item++) {
    if (event.type === EVENT_SEQUENCE) {
      next = walk(text, events, next, [...path, String(item)], startOf(events[next]) ?? event.start, places)
      continue
    }
    const name = events[next]
    const isName = name?.type === EVENT_SCALAR
    const below = [...path, isName ? getScalarValue(text, name) : `?${item}`]
    const behind = isName ? next + 1 : walk(text, events, next, below, event.start, places)
    next = walk(text, events, behind, below, startOf(name) ?? event.start, places)
  }
  return next + 1
}

function startOf(event: Event | undefined): number | undefined {
  if (event?.type === EVENT_SCALAR && event.valueStart >= 0) return event.valueStart
  return event?.type === EVENT_MAPPING || event?.type === EVENT_SEQUENCE ? event.start : undefined
}
