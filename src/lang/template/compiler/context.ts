import type { Span, TemplateSource } from '../errors.ts'
import type { FunctionEntry } from '../functions.ts'
import type { Runnable, Site, State } from '../state.ts'
import type { Tracer } from '../trace/tracer.ts'
import type { Value } from '../value.ts'
import type { Constancy, Dot, Known, Place } from './constancy.ts'

/** Computes a value while a template runs. */
export type Evaluator = (state: State, dot: Value) => Value

/** What the parts of the compiler know about the template. */
export interface Context {
  readonly source: TemplateSource
  readonly running: string
  readonly scope: Scope
  /** Traces renders; undefined to compile without any overhead for it. */
  readonly tracer: Tracer | undefined
  /** Finds what is the same in each render; undefined if nothing is to be cached. */
  readonly constancy: Constancy | undefined
  readonly dot: Dot
  /** Variables that are set after their declaration. */
  readonly assigned: ReadonlySet<string>
  findFunction(name: string): FunctionEntry | undefined
  /**
   * Named templates are looked up when they are called: they may be defined later, or not at all if the call is never reached.
   */
  findTemplate(name: string): Runnable | undefined
}

interface Variable {
  readonly name: string
  readonly slot: number
  readonly known: Known
}

/** The variables in scope. Each declaration has its own slot, so that nothing has to be reset at the end of a block. */
export class Scope {
  readonly #visible: Variable[] = [{ name: '$', slot: 0, known: undefined }]
  #slots = 1

  get slots(): number {
    return this.#slots
  }

  declare(name: string, known?: Known): number {
    const slot = this.#slots++
    this.#visible.push({ name, slot, known })
    return slot
  }

  /** The slot of the innermost variable with this name, if there is one. */
  find(name: string): number | undefined {
    return this.#innermost(name)?.slot
  }

  known(name: string): Known {
    return this.#innermost(name)?.known
  }

  #innermost(name: string): Variable | undefined {
    return this.#visible.findLast((variable) => variable.name === name)
  }

  /** Compiles a block. Its declarations are out of scope after it. */
  block<T>(compile: () => T): T {
    const mark = this.#visible.length
    const result = compile()
    this.#visible.length = mark
    return result
  }
}

export function placeOf({ dot, scope }: Context): Place {
  return { dot, known: (name) => scope.known(name) }
}

export function siteOf(context: Context, span: Span, calls = ''): Site {
  return { source: context.source, running: context.running, start: span.start, end: span.end, calls }
}

export function textOf(context: Context, span: Span): string {
  return context.source.text.slice(span.start, span.end)
}
