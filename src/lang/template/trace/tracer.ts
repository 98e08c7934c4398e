import { sortedKeys } from '../../go/utf8.ts'
import type { Statement } from '../ast.ts'
import type { TemplateSource } from '../errors.ts'
import type { State } from '../state.ts'
import { isMap, type Value } from '../value.ts'
import { allCauses, type CallTraces, callTraces, type TracedArgument } from './calls.ts'
import { type Causes, causedBy, noCauses, prefer, samePath, under, unite } from './causes.ts'
import type { Trace } from './trace.ts'

type Evaluator = (state: State, dot: Value) => Value
type Runner<T> = (state: State, dot: Value) => T

/**
 * Compiles for tracing: every evaluator and statement of a template is wrapped by one of the functions below. Each wrapped
 * evaluator leaves the causes of its value in `last` of the render's trace, for the code that evaluates it.
 */
export class Tracer {
  readonly #calls: CallTraces

  constructor(calls: CallTraces) {
    this.#calls = { ...callTraces, ...calls }
  }

  /** A statement that writes to the output. */
  writes<T>(statement: Statement, source: TemplateSource, run: Runner<T>): Runner<T> {
    const literal = statement.kind === 'text'
    return (state, dot) => {
      const trace = traceOf(state)
      const start = state.out.length
      trace.last = noCauses
      const signal = run(state, dot)
      const end = state.out.length
      trace.seen.push(trace.last)
      const own = literal ? noCauses : trace.last
      const causes = under(prefer(own, trace.overridden), trace.conditions)
      if (end > start) trace.segments.push({ start, end, source, at: statement.start, literal, causes })
      return signal
    }
  }

  /** A literal: it has no causes in the data. */
  literal(evaluate: Evaluator): Evaluator {
    return (state, dot) => {
      const trace = traceOf(state)
      trace.last = noCauses
      return evaluate(state, dot)
    }
  }

  dot(evaluate: Evaluator): Evaluator {
    return (state, dot) => {
      const trace = traceOf(state)
      const path = trace.pathOf(dot)
      trace.last = path === undefined ? (trace.dots.at(-1) ?? noCauses) : causedBy(path)
      return evaluate(state, dot)
    }
  }

  variable(slot: number, evaluate: Evaluator): Evaluator {
    return (state, dot) => {
      const trace = traceOf(state)
      const value = evaluate(state, dot)
      const path = slot === 0 ? trace.pathOf(value) : undefined
      trace.last = path === undefined ? trace.causesOf(state.vars, slot) : causedBy(path)
      return value
    }
  }

  /** Reads a field of the value of `base`. */
  field(name: string, base: Evaluator, read: (state: State, receiver: Value) => Value): Evaluator {
    return (state, dot) => {
      const trace = traceOf(state)
      const receiver = base(state, dot)
      const causes = trace.last
      const path = trace.pathOf(receiver)
      const value = read(state, receiver)
      if (path === undefined) trace.last = causes
      else {
        const below = [...path, name]
        trace.setPath(value, below)
        // The conditions that led to the receiver still apply.
        trace.last = { ...causedBy(below), lost: [], when: causes.when }
      }
      return value
    }
  }

  /** An argument of a call, by its position; a piped value is the last one. */
  argument<T>(position: number, evaluate: (state: State, dot: Value) => T): (state: State, dot: Value) => T {
    return (state, dot) => {
      const trace = traceOf(state)
      trace.last = noCauses
      const value = evaluate(state, dot)
      const frame = trace.frames.at(-1)
      // Arguments are converted values, some of them to types of host functions.
      if (frame !== undefined) frame[position] = trace.traced(value as Value)
      return value
    }
  }

  /** A call whose arguments are wrapped by `argument`. */
  call(name: string, evaluate: Evaluator): Evaluator {
    const causesOfCall = Object.hasOwn(this.#calls, name) ? this.#calls[name] : undefined
    return (state, dot) => {
      const trace = traceOf(state)
      const frame: (TracedArgument | undefined)[] = []
      trace.frames.push(frame)
      const result = evaluate(state, dot)
      trace.frames.pop()
      const args = frame.filter((argument) => argument !== undefined)
      trace.last = (causesOfCall ?? allCauses)(args, result)
      const [path, ...others] = trace.last.from
      // A value that a function only looks up in the data (`index`, `get`, `default`) has a path, so that its fields
      // can be traced.
      if (causesOfCall !== undefined && path !== undefined && others.length === 0) trace.setPath(result, path)
      return result
    }
  }

  /** `include`: the output of the named template is a value, whose causes are those of all its segments. */
  include(evaluate: Evaluator): Evaluator {
    return (state, dot) => {
      const trace = traceOf(state)
      const { segments } = trace
      const depth = trace.dots.length
      trace.segments = []
      const result = evaluate(state, dot)
      trace.dots.length = depth
      const causes = unite(trace.segments.map((segment) => segment.causes))
      trace.segments = segments
      trace.last = causes
      return result
    }
  }

  stored(slots: readonly number[], assigns: boolean, evaluate: Evaluator): Evaluator {
    return (state, dot) => {
      const trace = traceOf(state)
      const result = evaluate(state, dot)
      const causes = trace.last
      trace.seen.push(causes)
      for (const slot of slots) {
        const before = trace.causesOf(state.vars, slot)
        const isNew = before.from.every((path) => !causes.from.some((other) => samePath(path, other)))
        const after = assigns && isNew ? prefer(causes, [before]) : causes
        trace.setCauses(state.vars, slot, assigns ? under(after, trace.conditions) : after)
      }
      return result
    }
  }

  /** The pipeline of an `if`, `with` or `range`, which is a condition of its blocks until the statement ends. */
  condition(evaluate: Evaluator): Evaluator {
    return (state, dot) => {
      const trace = traceOf(state)
      const value = evaluate(state, dot)
      trace.conditions.push(trace.last)
      trace.seen.push(trace.last)
      return value
    }
  }

  /** An `if`, `with` or `range`. The variables in `assigned`, which it may set, depend on its condition in any case. */
  branch<T>(assigned: readonly number[], run: Runner<T>): Runner<T> {
    return (state, dot) => {
      const trace = traceOf(state)
      const depth = trace.conditions.length
      const signal = run(state, dot)
      const condition = trace.conditions[depth] ?? noCauses
      trace.conditions.length = depth
      for (const slot of assigned)
        trace.setCauses(state.vars, slot, under(trace.causesOf(state.vars, slot), [condition]))
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
      const trace = traceOf(state)
      const { at } = state
      const overridden = unite(peeks.map((peek) => peeked(peek, state, dot)))
      trace.overridden.push(overridden)
      state.at = at
      const first = trace.segments.length
      const signal = run(state, dot)
      trace.overridden.pop()
      trace.excludeWritten(overridden.from, first)
      return signal
    }
  }

  /** The body of a `with`, whose dot is the value of its pipeline. */
  withBody<T>(run: Runner<T>): Runner<T> {
    return (state, dot) => {
      const trace = traceOf(state)
      return trace.withDot(trace.conditions.at(-1) ?? noCauses, () => run(state, dot))
    }
  }

  /** The collection that a `range` iterates over. */
  collection(evaluate: Evaluator): Evaluator {
    return (state, dot) => {
      const trace = traceOf(state)
      const value = evaluate(state, dot)
      const keys = isMap(value) ? sortedKeys(value) : undefined
      trace.loops.push({ causes: trace.last, path: trace.pathOf(value), keys, passes: 0 })
      return value
    }
  }

  /** A whole `range`. */
  loop<T>(run: Runner<T>): Runner<T> {
    return (state, dot) => {
      const trace = traceOf(state)
      const depth = trace.loops.length
      const signal = run(state, dot)
      trace.loops.length = depth
      return signal
    }
  }

  /** One iteration of a `range`: its element is the dot. */
  pass<T>(slots: readonly number[], run: Runner<T>): Runner<T> {
    return (state, element) => {
      const trace = traceOf(state)
      const loop = trace.loops.at(-1)
      const causes = loop === undefined ? noCauses : trace.elementOf(loop, element)
      for (const slot of slots) trace.setCauses(state.vars, slot, causes)
      trace.conditions.push(causes)
      const signal = trace.withDot(causes, () => run(state, element))
      trace.conditions.pop()
      return signal
    }
  }

  /** The data that a named template is called with: its dot until the call ends. */
  data<T>(evaluate: (state: State, dot: Value) => T): (state: State, dot: Value) => T {
    return (state, dot) => {
      const trace = traceOf(state)
      trace.last = noCauses
      const value = evaluate(state, dot)
      trace.dots.push(trace.last)
      return value
    }
  }

  templateCall<T>(run: Runner<T>): Runner<T> {
    return (state, dot) => {
      const trace = traceOf(state)
      const depth = trace.dots.length
      const signal = run(state, dot)
      trace.dots.length = depth
      return signal
    }
  }
}

/** What an evaluator would read. */
function peeked(peek: Evaluator, state: State, dot: Value): Causes {
  const trace = traceOf(state)
  const frames = trace.frames.length
  try {
    peek(state, dot)
    return { from: trace.last.from, lost: trace.last.lost, when: [] }
  } catch {
    // The branch wasn't taken, perhaps because this can't be read.
    trace.frames.length = frames
    return noCauses
  }
}

function traceOf({ trace }: State): Trace {
  if (trace === undefined) throw new Error('a template that was compiled for tracing is rendered without a trace')
  return trace
}
