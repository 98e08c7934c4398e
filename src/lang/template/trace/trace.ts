import type { TemplateSource } from '../errors.ts'
import { isList, isMap, StructValue, type Value } from '../value.ts'
import type { TracedArgument } from './calls.ts'
import { type Causes, causedBy, type DataPath, noCauses, samePath } from './causes.ts'

/** A piece of the output, and its causes. */
export interface Segment {
  /** Offsets in the output. */
  readonly start: number
  readonly end: number
  /** The template source that wrote it, and the offset there: of the literal text, or of the action that printed it. */
  readonly source: TemplateSource
  readonly at: number
  /** Whether it is literal text of the template. */
  readonly literal: boolean
  readonly causes: Causes
}

/** A running loop: its collection and its progress. */
interface Loop {
  readonly causes: Causes
  readonly path: DataPath | undefined
  /** The keys of a map in the order of the iteration; undefined for a list. */
  readonly keys: readonly string[] | undefined
  passes: number
}

/** What is known about one render of a template that was compiled for tracing. */
export class Trace {
  segments: Segment[] = []
  /** The causes of everything that was printed, stored in a variable or tested. */
  readonly seen: Causes[] = []
  /** The causes of the value that was evaluated last. */
  last: Causes = noCauses
  readonly #paths = new WeakMap<object, DataPath>()
  readonly #variables = new WeakMap<readonly Value[], Map<number, Causes>>()
  readonly dots: Causes[] = [noCauses]
  readonly conditions: Causes[] = []
  readonly loops: Loop[] = []
  readonly overridden: Causes[] = []
  readonly frames: (TracedArgument | undefined)[][] = []

  constructor(data: Value) {
    this.setPath(data, [])
  }

  /** A value that a block writes itself in one place isn't overridden by what it writes in another. */
  excludeWritten(overridden: readonly DataPath[], first: number): void {
    const written = this.segments.slice(first).flatMap(({ causes }) => causes.from)
    const alsoWritten = overridden.filter((path) => written.some((other) => samePath(path, other)))
    if (alsoWritten.length === 0) return
    const isAlsoWritten = (path: DataPath) => alsoWritten.some((other) => samePath(path, other))
    for (const [index, segment] of this.segments.entries()) {
      const { causes } = segment
      if (index < first || !causes.lost.some(isAlsoWritten)) continue
      this.segments[index] = {
        ...segment,
        causes: { ...causes, lost: causes.lost.filter((path) => !isAlsoWritten(path)) },
      }
    }
  }

  elementOf(loop: Loop, element: Value): Causes {
    const key = loop.keys === undefined ? String(loop.passes) : loop.keys[loop.passes]
    loop.passes++
    if (loop.path === undefined || key === undefined) return loop.causes
    const path = [...loop.path, key]
    this.setPath(element, path)
    return causedBy(path)
  }

  withDot<T>(causes: Causes, run: () => T): T {
    this.dots.push(causes)
    const result = run()
    this.dots.pop()
    return result
  }

  traced(value: Value): TracedArgument {
    return { value, causes: this.last, path: this.pathOf(value) }
  }

  causesOf(vars: readonly Value[], slot: number): Causes {
    return this.#variables.get(vars)?.get(slot) ?? noCauses
  }

  setCauses(vars: readonly Value[], slot: number, causes: Causes): void {
    const causesBySlot = this.#variables.get(vars) ?? new Map<number, Causes>()
    causesBySlot.set(slot, causes)
    this.#variables.set(vars, causesBySlot)
  }

  pathOf(value: Value): DataPath | undefined {
    return isPart(value) ? this.#paths.get(value) : undefined
  }

  /** A value in two places of the data has the path that was read first. */
  setPath(value: Value, path: DataPath): void {
    if (isPart(value) && !this.#paths.has(value)) this.#paths.set(value, path)
  }
}

function isPart(value: Value): value is object & Value {
  return isMap(value) || isList(value) || value instanceof StructValue
}
