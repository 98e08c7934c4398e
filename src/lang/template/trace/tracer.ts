import { sortedKeys } from '../../go/utf8.ts'
import type { Statement } from '../ast.ts'
import type { TemplateSource } from '../errors.ts'
import type { State } from '../state.ts'
import { isList, isMap, StructValue, type Value } from '../value.ts'
import { type CallTraces, callTraces, ofAll, type TracedArgument } from './calls.ts'
import { type Causes, causedBy, type DataPath, noCauses, prefer, samePath, under, unite } from './causes.ts'

/** A piece of the output, and what wrote it. */
export interface Segment {
  /** Offsets in the output. */
  readonly start: number
  readonly end: number
  /** The text of the template that wrote it, and the offset there: of the piece's start, or of the action that printed it. */
  readonly source: TemplateSource
  readonly at: number
  /** Whether it stands in the template as it is. */
  readonly literal: boolean
  readonly causes: Causes
}

type Evaluator = (state: State, dot: Value) => Value
type Runner<T> = (state: State, dot: Value) => T

/** A loop that is being run: what it goes over, and how far it is. */
interface Loop {
  readonly causes: Causes
  readonly path: DataPath | undefined
  /** The keys of a map in the order of the loop; undefined for a list. */
  readonly keys: readonly string[] | undefined
  passes: number
}

/**
 * Follows one render: every evaluator and statement of a template that is compiled to be traced is wrapped in one of the
 * functions below. Each wrapped evaluator leaves the causes of its value in `last`, for whoever asked for the value.
 */
export class Tracer {
  segments: Segment[] = []
  /** The causes of all that was printed, stored in a variable or tested. */
  readonly seen: Causes[] = []
  #last: Causes = noCauses
  readonly #calls: CallTraces
  readonly #paths = new WeakMap<object, DataPath>()
  readonly #variables = new WeakMap<readonly Value[], Map<number, Causes>>()
  readonly #dots: Causes[] = [noCauses]
  readonly #conditions: Causes[] = []
  readonly #loops: Loop[] = []
  readonly #beaten: Causes[] = []
  readonly #frames: (TracedArgument | undefined)[][] = []

  constructor(data: Value, calls: CallTraces) {
    this.#calls = { ...callTraces, ...calls }
    this.#place(data, [])
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
      const causes = under(prefer(own, this.#beaten), this.#conditions)
      if (end > start) this.segments.push({ start, end, source, at: statement.start, literal, causes })
      return signal
    }
  }

  /** A literal: nothing in the data is its cause. */
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

  /** One name further from what `base` gives. */
  field(name: string, base: Evaluator, read: (state: State, receiver: Value) => Value): Evaluator {
    return (state, dot) => {
      const receiver = base(state, dot)
      const causes = this.#last
      const path = this.#pathOf(receiver)
      const value = read(state, receiver)
      if (path === undefined) this.#last = causes
      else {
        const below = [...path, name]
        this.#place(value, below)
        // What conditions led to the choice of the receiver still counts.
        this.#last = { ...causedBy(below), lost: [], when: causes.when }
      }
      return value
    }
  }

  /** An argument of a call, by its position; what is piped in is the last one. */
  argument<T>(position: number, evaluate: (state: State, dot: Value) => T): (state: State, dot: Value) => T {
    return (state, dot) => {
      this.#last = noCauses
      const value = evaluate(state, dot)
      const frame = this.#frames.at(-1)
      // Arguments are values that were converted; some of them to what a host function takes.
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
      this.#last = (trace ?? ofAll)(args, result)
      const [path, ...others] = this.#last.from
      // What a function merely finds in the data (`index`, `get`, `default`) can be read further.
      if (trace !== undefined && path !== undefined && others.length === 0) this.#place(result, path)
      return result
    }
  }

  /** `include`: what the named template wrote is a value here, and due to all that its pieces are due to. */
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
        this.#remember(state, slot, assigns ? under(after, this.#conditions) : after)
      }
      return result
    }
  }

  /** The pipeline of an `if`, `with` or `range`, which stands for the blocks behind it until the statement ends. */
  condition(evaluate: Evaluator): Evaluator {
    return (state, dot) => {
      const value = evaluate(state, dot)
      this.#conditions.push(this.#last)
      this.seen.push(this.#last)
      return value
    }
  }

  /** An `if`, `with` or `range`. `assigned` are the variables from outside that it may set: they depend on it either way. */
  branch<T>(assigned: readonly number[], run: Runner<T>): Runner<T> {
    return (state, dot) => {
      const depth = this.#conditions.length
      const signal = run(state, dot)
      const condition = this.#conditions[depth] ?? noCauses
      this.#conditions.length = depth
      for (const slot of assigned) this.#remember(state, slot, under(this.#causesOf(state, slot), [condition]))
      return signal
    }
  }

  /** Whether it is known what a function's result is due to, and that it only finds it. */
  knows(name: string): boolean {
    return Object.hasOwn(this.#calls, name)
  }

  /** A block that is run instead of another one, of which `peeks` tell what it would have read: that lost to what is written now. */
  instead<T>(peeks: readonly Evaluator[], run: Runner<T>): Runner<T> {
    if (peeks.length === 0) return run
    return (state, dot) => {
      const { at } = state
      const beaten = unite(peeks.map((peek) => this.#peek(peek, state, dot)))
      this.#beaten.push(beaten)
      state.at = at
      const first = this.segments.length
      const signal = run(state, dot)
      this.#beaten.pop()
      this.#spare(beaten.from, first)
      return signal
    }
  }

  /** What a block writes itself in one place has not lost to what it writes in another. */
  #spare(beaten: readonly DataPath[], first: number): void {
    const written = this.segments.slice(first).flatMap(({ causes }) => causes.from)
    const spared = beaten.filter((path) => written.some((other) => samePath(path, other)))
    if (spared.length === 0) return
    const isSpared = (path: DataPath) => spared.some((other) => samePath(path, other))
    for (const [index, segment] of this.segments.entries()) {
      const { causes } = segment
      if (index < first || !causes.lost.some(isSpared)) continue
      this.segments[index] = { ...segment, causes: { ...causes, lost: causes.lost.filter((path) => !isSpared(path)) } }
    }
  }

  #peek(peek: Evaluator, state: State, dot: Value): Causes {
    const frames = this.#frames.length
    try {
      peek(state, dot)
      return { from: this.#last.from, lost: this.#last.lost, when: [] }
    } catch {
      // The branch was not taken, maybe just because this cannot be read.
      this.#frames.length = frames
      return noCauses
    }
  }

  /** The body of a `with`, whose dot is the value of its pipeline. */
  withBody<T>(run: Runner<T>): Runner<T> {
    return (state, dot) => this.#withDot(this.#conditions.at(-1) ?? noCauses, () => run(state, dot))
  }

  /** What a `range` goes over. */
  collection(evaluate: Evaluator): Evaluator {
    return (state, dot) => {
      const value = evaluate(state, dot)
      const keys = isMap(value) ? sortedKeys(value) : undefined
      this.#loops.push({ causes: this.#last, path: this.#pathOf(value), keys, passes: 0 })
      return value
    }
  }

  /** A `range` from start to end. */
  loop<T>(run: Runner<T>): Runner<T> {
    return (state, dot) => {
      const depth = this.#loops.length
      const signal = run(state, dot)
      this.#loops.length = depth
      return signal
    }
  }

  /** One pass of a `range`: its element is the dot. */
  pass<T>(slots: readonly number[], run: Runner<T>): Runner<T> {
    return (state, element) => {
      const loop = this.#loops.at(-1)
      const causes = loop === undefined ? noCauses : this.#elementOf(loop, element)
      for (const slot of slots) this.#remember(state, slot, causes)
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
    this.#place(element, path)
    return causedBy(path)
  }

  /** The data that a named template is called with: its dot, until the call ends. */
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

  #remember(state: State, slot: number, causes: Causes): void {
    const known = this.#variables.get(state.vars) ?? new Map<number, Causes>()
    known.set(slot, causes)
    this.#variables.set(state.vars, known)
  }

  #pathOf(value: Value): DataPath | undefined {
    return isPart(value) ? this.#paths.get(value) : undefined
  }

  /** What the data holds in two places is known by the first one that was read. */
  #place(value: Value, path: DataPath): void {
    if (isPart(value) && !this.#paths.has(value)) this.#paths.set(value, path)
  }
}

function isPart(value: Value): value is object & Value {
  return isMap(value) || isList(value) || value instanceof StructValue
}
