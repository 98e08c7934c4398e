import { toText as wellFormed } from '../go/utf8.ts'
import { isEmpty } from './ast.ts'
import { builtins } from './builtins.ts'
import { createConstancy } from './compiler/constancy.ts'
import type { Context } from './compiler/context.ts'
import { compileTemplate } from './compiler/statements.ts'
import { type ConstantNames, createConstants } from './constants.ts'
import type { TemplateSource } from './errors.ts'
import { type FieldUse, fieldUses } from './field-uses.ts'
import type { FunctionEntry, FunctionTable } from './functions.ts'
import { type Host, platformHost } from './host.ts'
import { parse, type Tree } from './parser.ts'
import { defaultLimits, type Limits, located, type Runnable, type Site, State, variablesOf } from './state.ts'
import type { CallTraces } from './trace/calls.ts'
import { type Causes, unite } from './trace/causes.ts'
import { type Segment, Tracer } from './trace/tracer.ts'
import type { Value } from './value.ts'

export interface CompileOptions {
  /** What errors call the template, and the name by which it can call itself. */
  readonly name?: string
  /** The functions that it may call besides the built-in ones; they win over those. */
  readonly functions?: FunctionTable
  /** Bounds of a render that differ from the default ones. */
  readonly limits?: Partial<Limits>
  /** The clocks and the randomness of its renders; by default the platform's. */
  readonly host?: Host
  /** What seldom differs from one render's data to the next's: what depends on nothing else is rendered once and repeated. */
  readonly constants?: ConstantNames
  /** Further texts. They and what they define can be called by `template`; a later definition of a name wins, the main text's over all. */
  readonly templates?: readonly (TemplateSource | ParsedSource)[]
}

/** A text and what it defines, parsed once for several compilations. */
export type ParsedSource = ReadonlyMap<string, Tree>

/** A compiled template. It holds no state: any number of renders may use it. */
export interface Template {
  readonly name: string
  /** The names of all templates in its set, in the order of their definition. */
  readonly names: readonly string[]
  /** Whether it calls a function whose result depends on the clock or on chance, so that equal data may render differently. */
  readonly varies: boolean
  /** The fields that it reads of its data, for checks as it is loaded. */
  fieldUses(): FieldUse[]
  /**
   * Renders it with `data` as the dot; `onNote` gets what functions note on the way. Throws a TemplateError; what was
   * rendered up to there is lost.
   */
  render(data: Value, onNote?: (text: string) => void): string
  /**
   * Renders it as `render` does and tells what each piece of the output is due to; many times as slow. `calls` says of
   * functions which of their arguments a result is due to, where it isn't all of them.
   */
  trace(data: Value, calls?: CallTraces): TracedRender
}

/** What a traced render gives; the pieces follow one another in the text. */
export interface TracedRender {
  readonly text: string
  readonly segments: readonly Segment[]
  /** All of the data that was looked at, also for values that nothing of the output is made of. */
  readonly read: Causes
}

/** Parses a text that `compile` is given more than once; `functions` are the names that it may call. Throws a TemplateError. */
export function parseSource(source: TemplateSource, functions: FunctionTable = {}): ParsedSource {
  return parse(source, knownFunctions(functions))
}

/** Compiles a text once for many renders. Throws a TemplateError with the stage `parse`. */
export function compile(text: string, options: CompileOptions = {}): Template {
  const name = options.name ?? 'template'
  const { host = platformHost } = options
  const functions = knownFunctions(options.functions ?? {})
  const trees = new Map<string, Tree>()
  const source = { name, text }
  for (const one of [...(options.templates ?? []), source]) merge(trees, 'text' in one ? parse(one, functions) : one)
  const limits = { ...defaultLimits, ...options.limits }
  let varies = false
  const findFunction = (called: string) => {
    const entry = functions.find(called)
    varies ||= entry?.fn.varies ?? false
    return entry
  }
  const constants = createConstants(options.constants ?? { fields: [], keysOf: [] })
  const constancy = createConstancy({
    constants,
    findFunction,
    findBody: (called) => trees.get(called)?.body,
  })
  const findTemplate = linker(trees, { findFunction, tracer: undefined, constancy })
  // All of the set, so that the first render finds nothing left to do.
  for (const one of trees.keys()) findTemplate(one)
  const main = findTemplate(name)
  return {
    name,
    names: [...trees.keys()],
    varies,
    fieldUses: () => {
      const tree = trees.get(name)
      return tree === undefined ? [] : fieldUses(tree, (other) => trees.get(other))
    },
    render: (data, onNote) => {
      const state = new State(limits, host, findTemplate, onNote)
      state.outputs = constants.outputsFor(data)
      if (main !== undefined) start(state, main, data, { source, running: name, calls: '', start: 0, end: 0 })
      return wellFormed(state.out)
    },
    trace: (data, calls = {}) => {
      const tracer = new Tracer(data, calls)
      const find = linker(trees, { findFunction: functions.find, tracer, constancy: undefined })
      const state = new State({ ...limits, time: limits.time * slowerWhenTraced }, host, find)
      const traced = find(name)
      if (traced !== undefined) start(state, traced, data, { source, running: name, calls: '', start: 0, end: 0 })
      return { text: wellFormed(state.out), segments: tracer.segments, read: unite(tracer.seen) }
    },
  }
}

const slowerWhenTraced = 10

/** `top` is where an error belongs that is raised before any call. */
function start(state: State, main: Runnable, data: Value, top: Site): void {
  state.at = top
  state.data = data
  state.vars = variablesOf(main, data)
  try {
    main.run(state, data)
    state.write('')
  } catch (error) {
    throw located(error, state.at)
  }
}

interface Functions {
  has(name: string): boolean
  names(): string[]
  find(name: string): FunctionEntry | undefined
}

function knownFunctions(table: FunctionTable): Functions {
  const find = (name: string): FunctionEntry | undefined => {
    const own = Object.hasOwn(table, name) ? table[name] : undefined
    if (own !== undefined) return { fn: own, builtin: false }
    const fn = Object.hasOwn(builtins, name) ? builtins[name] : undefined
    return fn === undefined ? undefined : { fn, builtin: true }
  }
  return {
    find,
    has: (name) => find(name) !== undefined,
    names: () => [...Object.keys(table), ...Object.keys(builtins)],
  }
}

/** A definition replaces an earlier one of its name, unless it is empty. */
function merge(into: Map<string, Tree>, from: ReadonlyMap<string, Tree>): void {
  for (const [name, tree] of from) if (!into.has(name) || !isEmpty(tree.body)) into.set(name, tree)
}

/** Compiles each template of a set when it is first asked for. */
function linker(
  trees: ReadonlyMap<string, Tree>,
  parts: Pick<Context, 'findFunction' | 'tracer' | 'constancy'>,
): (name: string) => Runnable | undefined {
  const compiled = new Map<string, Runnable>()
  const findTemplate = (name: string): Runnable | undefined => {
    const known = compiled.get(name)
    const tree = trees.get(name)
    if (known !== undefined || tree === undefined) return known
    const context = { ...parts, source: tree.source, running: name, findTemplate }
    const runnable = compileTemplate(context, tree.body)
    compiled.set(name, runnable)
    return runnable
  }
  return findTemplate
}
