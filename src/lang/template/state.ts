import { FunctionError, type LimitName, type Span, TemplateError, type TemplateSource } from './errors.ts'
import type { Host } from './host.ts'
import type { Output, Outputs } from './outputs.ts'
import { Timer } from './timer.ts'
import type { Trace } from './trace/trace.ts'
import type { Runtime, Value } from './value.ts'

/** The limits of one render. */
export interface Limits {
  /** Characters of output. */
  readonly output: number
  /** Iterations of `range`, template calls and elements created by functions, in total. */
  readonly iterations: number
  /** Nested template calls. */
  readonly depth: number
  /** Characters of all strings that functions build (printf, repeat, indent, join, ...), in total. */
  readonly growth: number
  /** Milliseconds of work: those in which the process runs. */
  readonly time: number
}

export const defaultLimits: Limits = {
  output: 4 * 1024 * 1024,
  iterations: 1_000_000,
  depth: 400,
  growth: 64 * 1024 * 1024,
  time: 2_000,
}

const wording: Readonly<Record<LimitName, (limit: number) => string>> = {
  output: (limit) => `the output is longer than the limit of ${limit} characters`,
  iterations: (limit) => `more than the limit of ${limit} iterations`,
  depth: (limit) => `exceeded maximum template depth (${limit})`,
  growth: (limit) => `functions built strings of more than the limit of ${limit} characters in total`,
  time: (limit) => `the render took longer than the limit of ${limit} ms`,
}

/** A limit was exceeded. It ends the render: no function catches it. */
export class LimitError extends Error {
  override readonly name = 'LimitError'
  readonly limit: LimitName

  constructor(limit: LimitName, value: number) {
    super(wording[limit](value))
    this.limit = limit
  }
}

/** The place of an error. */
export interface Site extends Span {
  readonly source: TemplateSource
  /** The template of the place. */
  readonly running: string
  /** The function that is called here, if any. */
  readonly calls: string
}

/** A named template, ready to run. */
export interface Runnable {
  /** The number of its variables, including `$`. */
  readonly slots: number
  readonly run: (state: State, dot: Value) => unknown
}

/** A point of a render: the length of its output and what it used of the limits. */
export interface Mark {
  readonly length: number
  readonly iterations: number
  readonly grown: number
}

/** The number of steps between two checks of the clock. */
const stepsPerClockCheck = 32

/** The state of one render: its output, the variables of the running template, and what it used of the limits. */
export class State implements Runtime {
  out = ''
  vars: Value[] = []
  /** The last function call: the place of an error that a function throws. */
  at: Site | null = null
  /** The data of the render. */
  data: Value
  /** The outputs that are cached for the same constants (see constants.ts); undefined if nothing may be cached. */
  outputs: Outputs | undefined
  /** Undefined if the render isn't traced. */
  trace: Trace | undefined
  readonly limits: Limits
  readonly host: Host
  readonly #lookup: (name: string) => Runnable | undefined
  readonly #timer: Timer
  readonly #onNote: ((text: string) => void) | undefined
  #depth = 0
  #iterations = 0
  #grown = 0
  #untilClockCheck = stepsPerClockCheck

  constructor(
    limits: Limits,
    host: Host,
    lookup: (name: string) => Runnable | undefined,
    onNote?: (text: string) => void,
  ) {
    this.limits = limits
    this.host = host
    this.#lookup = lookup
    this.#onNote = onNote
    this.#timer = new Timer(host, limits.time)
  }

  /** Appends to the output. */
  write(text: string): void {
    this.out += text
    if (this.out.length > this.limits.output) throw new LimitError('output', this.limits.output)
  }

  grow(length: number): void {
    this.#grown += length
    if (this.#grown > this.limits.growth) throw new LimitError('growth', this.limits.growth)
    if (length > 65_536) this.#checkClock()
  }

  iterate(steps: number): void {
    if (this.out.length > this.limits.output) throw new LimitError('output', this.limits.output)
    this.#iterations += steps
    if (this.#iterations > this.limits.iterations) throw new LimitError('iterations', this.limits.iterations)
    this.#untilClockCheck -= steps
    if (this.#untilClockCheck > 0) return
    this.#untilClockCheck = stepsPerClockCheck
    this.#checkClock()
  }

  /** Runs a named template, with `data` as its dot and its `$`. */
  enter(template: Runnable, data: Value): void {
    this.iterate(1)
    if (++this.#depth > this.limits.depth) throw new LimitError('depth', this.limits.depth)
    const { vars, outputs } = this
    this.vars = variablesOf(template, data)
    template.run(this, data)
    this.vars = vars
    // Its variables are gone, and so are changeable values in them.
    this.outputs = outputs
    this.#depth--
  }

  include(name: string, data: Value): string {
    const template = this.#lookup(name)
    if (template === undefined) throw new FunctionError(`no template ${JSON.stringify(name)} in this set of templates`)
    const { out, at } = this
    this.out = ''
    try {
      this.enter(template, data)
    } catch (error) {
      const inner = located(error, this.at)
      // As in Go, the error is at the place of the call, and the error of the included template is its reason.
      this.at = at
      if (inner instanceof TemplateError && inner.limit === null)
        throw new FunctionError(inner.message, { cause: inner })
      throw inner
    }
    const text = this.out
    this.grow(text.length)
    this.out = out
    this.at = at
    return text
  }

  note(text: string): void {
    this.#onNote?.(text)
  }

  mark(): Mark {
    return { length: this.out.length, iterations: this.#iterations, grown: this.#grown }
  }

  /** What was written since a mark. */
  since({ length, iterations, grown }: Mark): Output {
    return {
      text: this.out.slice(length),
      iterations: this.#iterations - iterations,
      grown: this.#grown - grown,
    }
  }

  /** Writes cached output, and counts it against the limits as if it were rendered now. */
  repeat({ text, iterations, grown }: Output): void {
    if (iterations > 0) this.iterate(iterations)
    if (grown > 0) this.grow(grown)
    this.write(text)
  }

  #checkClock(): void {
    if (this.#timer.isOver()) throw new LimitError('time', this.limits.time)
  }
}

export function variablesOf(template: Runnable, data: Value): Value[] {
  const vars: Value[] = new Array(template.slots)
  vars[0] = data
  return vars
}

/** The error with its place: that of an error thrown by a function is the last call. */
export function located(error: unknown, site: Site | null): unknown {
  if (error instanceof TemplateError || site === null) return error
  return new TemplateError({
    stage: 'exec',
    source: site.source,
    span: site,
    running: site.running,
    ...explained(error, site),
  })
}

function explained(error: unknown, site: Site): { reason: string; limit?: LimitName; cause?: unknown } {
  if (error instanceof FunctionError) return { reason: `error calling ${site.calls}: ${error.message}`, cause: error }
  if (error instanceof LimitError) return { reason: error.message, limit: error.limit }
  // Thrown by the JavaScript engine on a stack overflow.
  if (error instanceof RangeError && error.message.includes('call stack')) {
    return { reason: 'nested too deeply', limit: 'depth', cause: error }
  }
  return { reason: `error calling ${site.calls}: internal error`, cause: error }
}

/** Ends the render with an error at a place. */
export function fail(site: Site, reason: string): never {
  throw new TemplateError({ stage: 'exec', source: site.source, span: site, running: site.running, reason })
}
