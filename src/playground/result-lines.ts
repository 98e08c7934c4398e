import {
  EVENT_DOCUMENT,
  EVENT_MAPPING,
  EVENT_POP,
  EVENT_SCALAR,
  EVENT_SEQUENCE,
  type Event,
  getScalarValue,
  parseEvents,
  type ScalarEvent,
} from 'js-yaml'
import shared from '../../templates/shared.yaml'
import { fieldText } from '../explain/provenance/fields.ts'
import { leavesOf, pointer } from '../explain/provenance/keyed.ts'
import type { FieldOrigin, Maker } from '../explain/provenance/types.ts'
import { withValue } from '../explain/story/items.ts'
import type { Snapshot } from '../injection/model/snapshot.ts'
import type { Source } from '../injection/model/source.ts'
import { sourcesText } from '../injection/model/source-text.ts'
import type { JsonObject } from '../lang/json.ts'
import { writeYaml } from '../lang/yaml/write.ts'
import type { LineOrigin, ResultLine, ResultView } from './types.ts'

/** A pod as YAML lines, each with its field and origin. */
export function resultView(
  pod: JsonObject,
  fields: readonly FieldOrigin[],
  templates: Snapshot['templates'],
): ResultView {
  const yaml = writeYaml(pod)
  const texts = yaml.replace(/\n$/, '').split('\n')
  const places = placesOfLines(yaml, texts.length)
  const leaves = new Map(leavesOf(pod).map(({ path, place }) => [pointer(place), path]))
  const origins = new Map(fields.map((field) => [field.path, field]))
  const groups = groupsOf([...leaves], origins)
  const linesOf = memoized((text: string) => text.split('\n'))
  const describe = memoized(withValue)
  const lines = texts.map((text, index): ResultLine => {
    const place = places[index] ?? ''
    const keys = leaves.get(place)
    const path = keys === undefined ? undefined : pointer(keys)
    const field = path === undefined ? undefined : origins.get(path)
    const group = groups.get(place)
    const added = field === undefined ? group?.added === true : field.by.kind !== 'pod'
    const origin =
      field !== undefined ? originOf(field, templates, linesOf, describe) : added ? group?.origin : undefined
    return {
      text,
      added,
      // An owner's key is its uid, which is empty for one that no cluster has.
      path: fieldText(path ?? group?.path ?? '').replace('..', '.'),
      ...(origin !== undefined && { origin }),
    }
  })
  return { yaml, lines }
}

/** What all fields of an object or a list have in common. */
interface Group {
  readonly path: string
  readonly added: boolean
  readonly origin: LineOrigin | undefined
}

/** For each object and list: whether everything below it was added, and by what. */
function groupsOf(
  leaves: readonly (readonly [string, readonly string[]])[],
  origins: ReadonlyMap<string, FieldOrigin>,
): ReadonlyMap<string, Group> {
  const groups = new Map<string, { path: string; added: boolean; makers: Set<string> }>()
  for (const [place, keys] of leaves) {
    const by = origins.get(pointer(keys))?.by
    const added = by !== undefined && by.kind !== 'pod'
    for (let length = 1, end = 0; end >= 0; length++, end = place.indexOf('/', end + 1)) {
      const at = place.slice(0, end)
      const known = groups.get(at) ?? { path: pointer(keys.slice(0, length - 1)), added: true, makers: new Set() }
      known.added &&= added
      if (by !== undefined) known.makers.add(by.kind === 'template' ? `template ${by.template}` : by.why)
      groups.set(at, known)
    }
  }
  return new Map(
    [...groups].map(([place, { path, added, makers }]) => {
      const [maker = '', ...others] = makers
      const by = others.length === 0 ? maker : [...makers].join('; ')
      const origin = { by, from: [], when: [], lost: [], unset: [] }
      return [place, { path, added, origin: added ? origin : undefined }] as const
    }),
  )
}

type LinesOf = (text: string) => readonly string[]

function originOf(
  { by, from, when, lost, unset }: FieldOrigin,
  templates: Snapshot['templates'],
  linesOf: LinesOf,
  describe: (source: Source) => string,
): LineOrigin {
  const described = (sources: readonly Source[]) => [...new Set(sources.map(describe))]
  return {
    ...makerOf(by, templates, linesOf),
    from: described(from),
    when: described(when),
    lost: described(lost),
    unset: unset.length === 0 ? [] : [sourcesText(unset)],
  }
}

function makerOf(
  by: Maker,
  templates: Snapshot['templates'],
  linesOf: LinesOf,
): Pick<LineOrigin, 'by' | 'template' | 'file' | 'line' | 'source'> {
  if (by.kind === 'pod') return { by: `the pod: ${by.why}` }
  if (by.kind === 'step') return { by: by.why }
  const { template, file, line } = by
  if (line === undefined) return { by: `template ${template}`, template }
  const other = file !== undefined && file !== template
  const text = other ? (file === 'shared' ? shared : undefined) : templates.get(template)?.text
  const source = text === undefined ? undefined : linesOf(text)[line - 1]?.trim()
  return {
    by: `template ${template}, line ${line}${other ? ` of ${file}` : ''}`,
    template,
    ...(file !== undefined && { file }),
    line,
    ...(source !== undefined && source !== '' && { source }),
  }
}

/** Computes once for each argument: the hundreds of lines of a pod come from the same few templates and settings. */
function memoized<Argument, Result>(compute: (argument: Argument) => Result): (argument: Argument) => Result {
  const known = new Map<Argument, Result>()
  return (argument) => {
    const result = known.get(argument) ?? compute(argument)
    known.set(argument, result)
    return result
  }
}

/** For each line, the JSON pointer (with indexes) of the innermost value that starts or continues on it. */
function placesOfLines(yaml: string, count: number): readonly string[] {
  const starts = [0]
  for (let at = yaml.indexOf('\n'); at >= 0; at = yaml.indexOf('\n', at + 1)) starts.push(at + 1)
  const places: (string | undefined)[] = Array.from({ length: count })
  let line = 0
  // Values are in the order of the YAML.
  const note = (offset: number, place: string) => {
    while ((starts[line + 1] ?? Number.POSITIVE_INFINITY) <= offset) line++
    places[line] = place
  }
  const events = parseEvents(yaml, {})
  walk(yaml, events, events[0]?.type === EVENT_DOCUMENT ? 1 : 0, '', note)
  let last = ''
  return places.map((place) => {
    last = place ?? last
    return last
  })
}

/** Visits the node at an index; returns the index after it. */
function walk(
  text: string,
  events: readonly Event[],
  index: number,
  place: string,
  note: (offset: number, place: string) => void,
): number {
  const event = events[index]
  if (event?.type === EVENT_MAPPING) {
    let next = index + 1
    while (isNode(events[next])) {
      const key = events[next]
      const name = key?.type === EVENT_SCALAR ? getScalarValue(text, key) : ''
      const at = `${place}${pointer([name])}`
      if (key?.type === EVENT_SCALAR) note(startOf(key), at)
      next = walk(text, events, next + 1, at, note)
    }
    return next + 1
  }
  if (event?.type === EVENT_SEQUENCE) {
    let next = index + 1
    for (let item = 0; isNode(events[next]); item++) {
      const at = `${place}/${item}`
      const first = events[next]
      if (first?.type === EVENT_SCALAR) note(startOf(first), at)
      next = walk(text, events, next, at, note)
    }
    return next + 1
  }
  return index + 1
}

function isNode(event: Event | undefined): boolean {
  return event !== undefined && event.type !== EVENT_POP
}

function startOf({ valueStart, anchorStart, tagStart }: ScalarEvent): number {
  return [valueStart, anchorStart, tagStart].find((offset) => offset >= 0) ?? 0
}
