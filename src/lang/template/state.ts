import { FunctionError, type LimitName, type Span, TemplateError, type TemplateSource } from './errors.ts'
import type { Host } from './host.ts'
import type { Output, Outputs } from './outputs.ts'
import type { Runtime, Value } from './value.ts'

/** The bounds of one render. */
export interface Limits {
  /** Characters of output. */
  readonly output: number
  /** Passes of `range`, calls of templates, and elements that functions make, all together. */
  readonly iterations: number
  /** Templates within one another. */
  readonly depth: number
  /** Characters of all the strings that growing functions (printf, repeat, indent, join, ...) make, all together. */
  readonly growth: number
  /** Milliseconds. */
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
  growth: (limit) => `the strings made add up to more than the limit of ${limit} characters`,
  time: (limit) => `the render took longer than the limit of ${limit} ms`,
}

/** A bound was exceeded. It ends the render: no function catches it. */
export class LimitError extends Error {
  override readonly name = 'LimitError'
  readonly limit: LimitName

  constructor(limit: LimitName, value: number) {
    super(wording[limit](value))
    this.limit = limit
  }
}

/** A place that errors name. */
export interface Site extends Span {
  readonly source: TemplateSource
  /** The template that the place is in. */
  readonly running: string
  /** The function called here, if one is. */
  readonly calls: string
}

/** A named template, ready to run. */
export interface Runnable {
  /** How many variables it has, `$` included. */
  readonly slots: number
  readonly run: (state: State, dot: Value) => unknown
}

/** A moment of a render. */
export interface Mark {
  readonly length: number
  readonly iterations: number
  readonly grown: number
}

/** How many steps are taken between two looks at the clock. */
const stepsPerLook = 32

/** The state of one render: the output so far, the variables of the template being run, and what has been used of each bound. */
export class State implements Runtime {
  out = ''
  vars: Value[] = []
  /** The function call that was made last: where an error that a function raises belongs. */
  at: Site | null = null
  /** What it is rendered with. */
  data: Value
  /** What was rendered for the same constants (see constants.ts); undefined when nothing may be repeated. */
  outputs: Outputs | undefined
  readonly limits: Limits
  readonly host: Host
  readonly #lookup: (name: string) => Runnable | undefined
  readonly #deadline: number
  readonly #onNote: ((text: string) => void) | undefined
  #depth = 0
  #iterations = 0
  #grown = 0
  #untilLook = stepsPerLook

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
    this.#deadline = host.monotonicClock() + limits.time
  }

  /** Adds to the output. */
  write(text: string): void {
    this.out += text
    if (this.out.length > this.limits.output) throw new LimitError('output', this.limits.output)
  }

  grow(length: number): void {
    this.#grown += length
    if (this.#grown > this.limits.growth) throw new LimitError('growth', this.limits.growth)
    if (length > 65_536) this.#look()
  }

  iterate(steps: number): void {
    if (this.out.length > this.limits.output) throw new LimitError('output', this.limits.output)
    this.#iterations += steps
    if (this.#iterations > this.limits.iterations) throw new LimitError('iterations', this.limits.iterations)
    this.#untilLook -= steps
    if (this.#untilLook > 0) return
    this.#untilLook = stepsPerLook
    this.#look()
  }

  /** Runs a named template at its place in the output, with `data` as its dot and its `$`. */
  enter(template: Runnable, data: Value): void {
    this.iterate(1)
    if (++this.#depth > this.limits.depth) throw new LimitError('depth', this.limits.depth)
    const { vars, outputs } = this
    this.vars = variablesOf(template, data)
    template.run(this, data)
    this.vars = vars
    // What its variables held is gone with them.
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
      // The place of the call is where the error belongs; what went wrong inside is its reason, as in Go.
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

  /** What was written since then. */
  since({ length, iterations, grown }: Mark): Output {
    return {
      text: this.out.slice(length),
      iterations: this.#iterations - iterations,
      grown: this.#grown - grown,
    }
  }

  /** Writes what was made before, and counts it as if it were made now. */
  repeat({ text, iterations, grown }: Output): void {
    if (iterations > 0) this.iterate(iterations)
    if (grown > 0) this.grow(grown)
    this.write(text)
  }

  #look(): void {
    if (this.host.monotonicClock() > this.#deadline) throw new LimitError('time', this.limits.time)
  }
}

export function variablesOf(template: Runnable, data: Value): Value[] {
  const vars: Value[] = new Array(template.slots)
  vars[0] = data
  return vars
}

/** The error at its place: one that a function raised belongs to the call made last. */
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
  // What the engine throws when the stack of JavaScript ends.
  if (error instanceof RangeError && error.message.includes('call stack')) {
    return { reason: 'nested too deeply', limit: 'depth', cause: error }
  }
  return { reason: `error calling ${site.calls}: internal error`, cause: error }
}

/** Ends the render with an error at a place. */
export function fail(site: Site, reason: string): never {
  throw new TemplateError({ stage: 'exec', source: site.source, span: site, running: site.running, reason })
}
