import { sortedKeys } from '../../go/utf8.ts'
import type { Statement } from '../ast.ts'
import type { TemplateSource } from '../errors.ts'
import type { State } from '../state.ts'
import { isList, isMap, StructValue, type Value } from '../value.ts'
import { allCauses, type CallTraces, callTraces, type TracedArgument } from './calls.ts'
import { type Causes, causedBy, type DataPath, noCauses, prefer, samePath, under, unite } from './causes.ts'

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

type Evaluator = (state: State, dot: Value) => Value
type Runner<T> = (state: State, dot: Value) => T

/** A running loop: its collection and its progress. */
interface Loop {
  readonly causes: Causes
  readonly path: DataPath | undefined
  /** The keys of a map in the order of the iteration; undefined for a list. */
  readonly keys: readonly string[] | undefined
  passes: number
}

/**
 * Traces one render: every evaluator and statement of a template that is compiled for tracing is wrapped by one of the
 * functions below. Each wrapped evaluator leaves the causes of its value in `#last`, for the code that evaluates it.
 */
export class Tracer {
  segments: Segment[] = []
  /** The causes of everything that was printed, stored in a variable or tested. */
  readonly seen: Causes[] = []
  #last: Causes = noCauses
  readonly #calls: CallTraces
  readonly #paths = new WeakMap<object, DataPath>()
  readonly #variables = new WeakMap<readonly Value[], Map<number, Causes>>()
  readonly #dots: Causes[] = [noCauses]
  readonly #conditions: Causes[] = []
  readonly #loops: Loop[] = []
  readonly #overridden: Causes[] = []
  readonly #frames: (TracedArgument | undefined)[][] = []

  constructor(data: Value, calls: CallTraces) {
    this.#calls = { ...callTraces, ...calls }
    this.#setPath(data, [])
  }

  /** A statement that writes to the output. */
  writes<T>(statement: Statement, source: TemplateSource, run: Runner<T>): Runner<T> {
    const literal = statement.kind === 'text'
    return (state, dot) => {
      const start = state.out.length
      this.#last = noCauses
      const signal = run(state, dot)
      const end = state.out.length
      this.seen.push(this.#last)
      const own = literal ? noCauses : this.#last
      const causes = under(prefer(own, this.#overridden), this.#conditions)
      if (end > start) this.segments.push({ start, end, source, at: statement.start, literal, causes })
      return signal
    }
  }

  /** A literal: it has no causes in the data. */
  literal(evaluate: Evaluator): Evaluator {
    return (state, dot) => {
      this.#last = noCauses
      return evaluate(state, dot)
    }
  }

  dot(evaluate: Evaluator): Evaluator {
    return (state, dot) => {
      const path = this.#pathOf(dot)
      this.#last = path === undefined ? (this.#dots.at(-1) ?? noCauses) : causedBy(path)
      return evaluate(state, dot)
    }
  }

  variable(slot: number, evaluate: Evaluator): Evaluator {
    return (state, dot) => {
      const value = evaluate(state, dot)
      const path = slot === 0 ? this.#pathOf(value) : undefined
      this.#last = path === undefined ? this.#causesOf(state, slot) : causedBy(path)
      return value
    }
  }

  /** Reads a field of the value of `base`. */
  field(name: string, base: Evaluator, read: (state: State, receiver: Value) => Value): Evaluator {
    return (state, dot) => {
      const receiver = base(state, dot)
      const causes = this.#last
      const path = this.#pathOf(receiver)
      const value = read(state, receiver)
      if (path === undefined) this.#last = causes
      else {
        const below = [...path, name]
        this.#setPath(value, below)
        // The conditions that led to the receiver still apply.
        this.#last = { ...causedBy(below), lost: [], when: causes.when }
      }
      return value
    }
  }

  /** An argument of a call, by its position; a piped value is the last one. */
  argument<T>(position: number, evaluate: (state: State, dot: Value) => T): (state: State, dot: Value) => T {
    return (state, dot) => {
      this.#last = noCauses
      const value = evaluate(state, dot)
      const frame = this.#frames.at(-1)
      // Arguments are converted values, some of them to types of host functions.
      if (frame !== undefined) frame[position] = this.#traced(value as Value)
      return value
    }
  }

  /** A call whose arguments are wrapped by `argument`. */
  call(name: string, evaluate: Evaluator): Evaluator {
    const trace = Object.hasOwn(this.#calls, name) ? this.#calls[name] : undefined
    return (state, dot) => {
      const frame: (TracedArgument | undefined)[] = []
      this.#frames.push(frame)
      const result = evaluate(state, dot)
      this.#frames.pop()
      const args = frame.filter((argument) => argument !== undefined)
      this.#last = (trace ?? allCauses)(args, result)
      const [path, ...others] = this.#last.from
      // A value that a function only looks up in the data (`index`, `get`, `default`) has a path, so that its fields
      // can be traced.
      if (trace !== undefined && path !== undefined && others.length === 0) this.#setPath(result, path)
      return result
    }
  }

  /** `include`: the output of the named template is a value, whose causes are those of all its segments. */
  include(evaluate: Evaluator): Evaluator {
    return (state, dot) => {
      const { segments } = this
      const depth = this.#dots.length
      this.segments = []
      const result = evaluate(state, dot)
      this.#dots.length = depth
      const causes = unite(this.segments.map((segment) => segment.causes))
      this.segments = segments
      this.#last = causes
      return result
    }
  }

  stored(slots: readonly number[], assigns: boolean, evaluate: Evaluator): Evaluator {
    return (state, dot) => {
      const result = evaluate(state, dot)
      const causes = this.#last
      this.seen.push(causes)
      for (const slot of slots) {
        const before = this.#causesOf(state, slot)
        const isNew = before.from.every((path) => !causes.from.some((other) => samePath(path, other)))
        const after = assigns && isNew ? prefer(causes, [before]) : causes
        this.#setCauses(state, slot, assigns ? under(after, this.#conditions) : after)
      }
      return result
    }
  }

  /** The pipeline of an `if`, `with` or `range`, which is a condition of its blocks until the statement ends. */
  condition(evaluate: Evaluator): Evaluator {
    return (state, dot) => {
      const value = evaluate(state, dot)
      this.#conditions.push(this.#last)
      this.seen.push(this.#last)
      return value
    }
  }

  /** An `if`, `with` or `range`. The variables in `assigned`, which it may set, depend on its condition in any case. */
  branch<T>(assigned: readonly number[], run: Runner<T>): Runner<T> {
    return (state, dot) => {
      const depth = this.#conditions.length
      const signal = run(state, dot)
      const condition = this.#conditions[depth] ?? noCauses
      this.#conditions.length = depth
      for (const slot of assigned) this.#setCauses(state, slot, under(this.#causesOf(state, slot), [condition]))
      return signal
    }
  }

  /** Whether the causes of a function's result are known, and it only looks it up. */
  hasCallTrace(name: string): boolean {
    return Object.hasOwn(this.#calls, name)
  }

  /**
   * A block that is run instead of another one. `peeks` read what the other one would have read, which the output of
   * this one overrides.
   */
  alternative<T>(peeks: readonly Evaluator[], run: Runner<T>): Runner<T> {
    if (peeks.length === 0) return run
    return (state, dot) => {
      const { at } = state
      const overridden = unite(peeks.map((peek) => this.#peek(peek, state, dot)))
      this.#overridden.push(overridden)
      state.at = at
      const first = this.segments.length
      const signal = run(state, dot)
      this.#overridden.pop()
      this.#excludeWritten(overridden.from, first)
      return signal
    }
  }

  /** A value that a block writes itself in one place isn't overridden by what it writes in another. */
  #excludeWritten(overridden: readonly DataPath[], first: number): void {
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

  #peek(peek: Evaluator, state: State, dot: Value): Causes {
    const frames = this.#frames.length
    try {
      peek(state, dot)
      return { from: this.#last.from, lost: this.#last.lost, when: [] }
    } catch {
      // The branch wasn't taken, perhaps because this can't be read.
      this.#frames.length = frames
      return noCauses
    }
  }

  /** The body of a `with`, whose dot is the value of its pipeline. */
  withBody<T>(run: Runner<T>): Runner<T> {
    return (state, dot) => this.#withDot(this.#conditions.at(-1) ?? noCauses, () => run(state, dot))
  }

  /** The collection that a `range` iterates over. */
  collection(evaluate: Evaluator): Evaluator {
    return (state, dot) => {
      const value = evaluate(state, dot)
      const keys = isMap(value) ? sortedKeys(value) : undefined
      this.#loops.push({ causes: this.#last, path: this.#pathOf(value), keys, passes: 0 })
      return value
    }
  }

  /** A whole `range`. */
  loop<T>(run: Runner<T>): Runner<T> {
    return (state, dot) => {
      const depth = this.#loops.length
      const signal = run(state, dot)
      this.#loops.length = depth
      return signal
    }
  }

  /** One iteration of a `range`: its element is the dot. */
  pass<T>(slots: readonly number[], run: Runner<T>): Runner<T> {
    return (state, element) => {
      const loop = this.#loops.at(-1)
      const causes = loop === undefined ? noCauses : this.#elementOf(loop, element)
      for (const slot of slots) this.#setCauses(state, slot, causes)
      this.#conditions.push(causes)
      const signal = this.#withDot(causes, () => run(state, element))
      this.#conditions.pop()
      return signal
    }
  }

  #elementOf(loop: Loop, element: Value): Causes {
    const key = loop.keys === undefined ? String(loop.passes) : loop.keys[loop.passes]
    loop.passes++
    if (loop.path === undefined || key === undefined) return loop.causes
    const path = [...loop.path, key]
    this.#setPath(element, path)
    return causedBy(path)
  }

  /** The data that a named template is called with: its dot until the call ends. */
  data<T>(evaluate: (state: State, dot: Value) => T): (state: State, dot: Value) => T {
    return (state, dot) => {
      this.#last = noCauses
      const value = evaluate(state, dot)
      this.#dots.push(this.#last)
      return value
    }
  }

  templateCall<T>(run: Runner<T>): Runner<T> {
    return (state, dot) => {
      const depth = this.#dots.length
      const signal = run(state, dot)
      this.#dots.length = depth
      return signal
    }
  }

  #withDot<T>(causes: Causes, run: () => T): T {
    this.#dots.push(causes)
    const result = run()
    this.#dots.pop()
    return result
  }

  #traced(value: Value): TracedArgument {
    return { value, causes: this.#last, path: this.#pathOf(value) }
  }

  #causesOf(state: State, slot: number): Causes {
    return this.#variables.get(state.vars)?.get(slot) ?? noCauses
  }

  #setCauses(state: State, slot: number, causes: Causes): void {
    const causesBySlot = this.#variables.get(state.vars) ?? new Map<number, Causes>()
    causesBySlot.set(slot, causes)
    this.#variables.set(state.vars, causesBySlot)
  }

  #pathOf(value: Value): DataPath | undefined {
    return isPart(value) ? this.#paths.get(value) : undefined
  }

  /** A value in two places of the data has the path that was read first. */
  #setPath(value: Value, path: DataPath): void {
    if (isPart(value) && !this.#paths.has(value)) this.#paths.set(value, path)
  }
}

function isPart(value: Value): value is object & Value {
  return isMap(value) || isList(value) || value instanceof StructValue
}
