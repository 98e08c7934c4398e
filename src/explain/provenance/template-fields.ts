import { distinctSources, isDefault, type Source, withoutSources } from '../../injection/model/source.ts'
import type { RenderedTemplate } from '../../injection/model/template.ts'
import { proxyName } from '../../istio/names.ts'
import { containerLists, findNamed } from '../../kubernetes/pod/access.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import type { TracedRender } from '../../lang/template/compile.ts'
import { type DataPath, pathName } from '../../lang/template/trace/causes.ts'
import type { Segment } from '../../lang/template/trace/trace.ts'
import { type KeyedPath, leavesOf, pointer } from './keyed.ts'
import { type Place, placesOf } from './places.ts'
import { type Causes, causesOf, type Inputs } from './sources.ts'
import type { FieldOrigin } from './types.ts'

/** The origin of a field that a template rendered, even if a later step changed it. */
export type RenderedField = Omit<FieldOrigin, 'path' | 'value'>

/** The output of a template: the origin of each field, by pointer. */
export interface TracedTemplate {
  readonly fields: ReadonlyMap<string, RenderedField>
  /** Every setting that the template read for this pod, whether or not it is set. */
  readonly read: readonly Source[]
}

/** Renders a template again with tracing: for each field, the line that wrote it and its sources. */
export function traceTemplate({ template, patch, written }: RenderedTemplate, inputs: Inputs): TracedTemplate {
  const traced = template.trace(inputs.prepared.inputs)
  const places = placesOf(traced.text)
  const line = lineCounter()
  const sourcesOf = sourcesFinder(inputs)
  const fields = leavesOf(written).map(({ path, place }): [string, RenderedField] => {
    const found = placeOf(places, place)
    return [
      pointer(written === patch ? path : movedPath(path, patch)),
      renderedField(template.name, found, traced, sourcesOf, line),
    ]
  })
  const { from, lost, when } = traced.read
  const read = sourcesOf([...from, ...lost, ...when])
  return { fields: new Map(fields), read: distinctSources([...read.set, ...read.lost, ...read.unset]) }
}

/** The path of a field of a template after the template was fitted: the proxy may have moved to the other list. */
function movedPath(path: KeyedPath, { spec }: Pod): KeyedPath {
  const [root, list, name, ...rest] = path
  if (root !== 'spec' || name !== proxyName || !containerLists.some((one) => one === list)) return path
  const to = containerLists.find((one) => findNamed(spec?.[one] ?? [], proxyName) !== undefined)
  return to === undefined ? path : [root, to, name, ...rest]
}

/** The place of a value; if it is unknown (as for an alias), the place of its parent. */
function placeOf(places: ReadonlyMap<string, Place>, path: readonly string[]): Place | undefined {
  for (let length = path.length; length >= 0; length--) {
    const place = places.get(pointer(path.slice(0, length)))
    if (place !== undefined) return place
  }
  return undefined
}

function renderedField(
  template: string,
  place: Place | undefined,
  { segments }: TracedRender,
  sourcesOf: SourcesFinder,
  lineOf: (segment: Segment, offset: number) => number,
): RenderedField {
  const around = place === undefined ? [] : within(segments, place.key, Math.max(place.end, place.key + 1))
  const written = place === undefined ? [] : within(segments, place.start, Math.max(place.end, place.start + 1))
  const first = around[0]
  const from = sourcesOf(written.flatMap(({ causes }) => causes.from))
  const lost = sourcesOf(written.flatMap(({ causes }) => causes.lost))
  const when = sourcesOf(around.flatMap(({ causes }) => causes.when))
  const set = distinctSources(from.set)
  const unset = distinctSources([...from.unset, ...lost.unset, ...when.unset])
  return {
    by: {
      kind: 'template',
      template,
      ...(first === undefined || place === undefined
        ? {}
        : { file: first.source.name, line: lineOf(first, place.key) }),
    },
    from: set,
    when: withoutSources(distinctSources(when.set), set),
    lost: withoutSources(distinctSources([...from.lost, ...lost.set]), set).filter((source) => !isDefault(source)),
    unset: unset.filter(({ kind }) => kind === 'annotation' || kind === 'label'),
  }
}

/** The segments, which are in the order of the text, that overlap a range of it. */
function within(segments: readonly Segment[], start: number, end: number): readonly Segment[] {
  const found: Segment[] = []
  for (let index = firstAfter(segments, start); index < segments.length; index++) {
    const segment = segments[index]
    if (segment === undefined || segment.start >= end) break
    found.push(segment)
  }
  return found
}

/** The index of the first segment that ends after an offset. */
function firstAfter(segments: readonly Segment[], offset: number): number {
  let [low, high] = [0, segments.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((segments[middle]?.end ?? 0) > offset) high = middle
    else low = middle + 1
  }
  return low
}

type SourcesFinder = (paths: readonly DataPath[]) => Causes

/** Finds the sources behind paths. Most fields have the same few, such as the conditions around a container. */
function sourcesFinder(inputs: Inputs): SourcesFinder {
  const known = new Map<string, Causes>()
  const causesAt = (path: DataPath): Causes => {
    const name = pathName(path)
    const causes = known.get(name) ?? causesOf(path, inputs)
    known.set(name, causes)
    return causes
  }
  return (paths) => {
    const resolved = paths.map(causesAt)
    const set = resolved.flatMap((one) => one.set)
    const lost = resolved.flatMap((one) => one.lost)
    const unset = resolved.flatMap((one) => one.unset)
    return { set, lost, unset }
  }
}

/** Lines from 1: literal text is located at its own place, the output of an action at the action. */
function lineCounter(): (segment: Segment, offset: number) => number {
  const starts = new Map<string, readonly number[]>()
  return (segment, offset) => {
    const { text } = segment.source
    const lines = starts.get(text) ?? lineStarts(text)
    starts.set(text, lines)
    const at = segment.literal ? segment.at + Math.max(offset - segment.start, 0) : segment.at
    const after = lines.findIndex((start) => start > at)
    return after < 0 ? lines.length : after
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
