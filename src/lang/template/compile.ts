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
import { type Segment, Trace } from './trace/trace.ts'
import { Tracer } from './trace/tracer.ts'
import type { Value } from './value.ts'

export interface CompileOptions {
  /** The name of the template in errors, and for calls of itself. */
  readonly name?: string
  /** The functions that it may call besides the built-in ones, over which they take precedence. */
  readonly functions?: FunctionTable
  /** Limits of a render that differ from the defaults. */
  readonly limits?: Partial<Limits>
  /** The clocks and random numbers of its renders; by default the platform's. */
  readonly host?: Host
  /** Data that rarely changes between renders: parts of the template that depend on nothing else are rendered once and cached. */
  readonly constants?: ConstantNames
  /**
   * Further sources. `template` can call them and what they define; of equal names the last definition counts, and the
   * main source comes last.
   */
  readonly templates?: readonly (TemplateSource | ParsedSource)[]
}

/** A parsed source with its definitions, for use in several compilations. */
export type ParsedSource = ReadonlyMap<string, Tree>

/** A compiled template. It is stateless: any number of renders may use it. */
export interface Template {
  readonly name: string
  /** The names of all templates in its set, in the order of their definitions. */
  readonly names: readonly string[]
  /** Whether it calls a function that depends on a clock or on random numbers, so that equal data may render differently. */
  readonly varies: boolean
  /** The fields of its data that it reads, for checks when it is loaded. */
  fieldUses(): FieldUse[]
  /**
   * Renders it with `data` as the dot. `onNote` receives the notes of functions. Throws a TemplateError; the output up
   * to there is lost.
   */
  render(data: Value, onNote?: (text: string) => void): string
  /**
   * Renders it like `render`, and returns the causes of each piece of output; takes many times as long. `calls` defines
   * the causes of functions' results where these aren't all of the arguments.
   */
  trace(data: Value, calls?: CallTraces): TracedRender
}

/** The result of a traced render. The segments are in the order of the text. */
export interface TracedRender {
  readonly text: string
  readonly segments: readonly Segment[]
  /** All data that was read, including values that don't appear in the output. */
  readonly read: Causes
}

/** Parses a source for several compilations; `functions` are those that it may call. Throws a TemplateError. */
export function parseSource(source: TemplateSource, functions: FunctionTable = {}): ParsedSource {
  return parse(source, knownFunctions(functions))
}

/** Compiles a template for any number of renders. Throws a TemplateError with the stage `parse`. */
export function compile(text: string, options: CompileOptions = {}): Template {
  const name = options.name ?? 'template'
  const { host = platformHost } = options
  const functions = knownFunctions(options.functions ?? {})
  const trees = new Map<string, Tree>()
  const source = { name, text }
  for (const entry of [...(options.templates ?? []), source])
    merge(trees, 'text' in entry ? parse(entry, functions) : entry)
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
  // Compiles the whole set now rather than during the first render.
  for (const key of trees.keys()) findTemplate(key)
  const main = findTemplate(name)
  // Compiled for tracing when it is first traced.
  let traceable: { readonly calls: CallTraces; readonly find: typeof findTemplate } | undefined
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
    trace: (data, calls = noCalls) => {
      if (traceable?.calls !== calls) {
        const parts = { findFunction: functions.find, tracer: new Tracer(calls), constancy: undefined }
        traceable = { calls, find: linker(trees, parts) }
      }
      const { find } = traceable
      const trace = new Trace(data)
      const state = new State({ ...limits, time: limits.time * tracingSlowdown }, host, find)
      state.trace = trace
      const traced = find(name)
      if (traced !== undefined) start(state, traced, data, { source, running: name, calls: '', start: 0, end: 0 })
      return { text: wellFormed(state.out), segments: trace.segments, read: unite(trace.seen) }
    },
  }
}

const tracingSlowdown = 10
const noCalls: CallTraces = {}

/** `top` is the place of an error that is thrown before any call. */
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

/** A definition replaces an earlier one with its name, unless it is empty. */
function merge(into: Map<string, Tree>, from: ReadonlyMap<string, Tree>): void {
  for (const [name, tree] of from) if (!into.has(name) || !isEmpty(tree.body)) into.set(name, tree)
}

/** Compiles each template of a set when it is first used. */
function linker(
  trees: ReadonlyMap<string, Tree>,
  parts: Pick<Context, 'findFunction' | 'tracer' | 'constancy'>,
): (name: string) => Runnable | undefined {
  const compiled = new Map<string, Runnable>()
  const findTemplate = (name: string): Runnable | undefined => {
    const existing = compiled.get(name)
    const tree = trees.get(name)
    if (existing !== undefined || tree === undefined) return existing
    const context = { ...parts, source: tree.source, running: name, findTemplate }
    const runnable = compileTemplate(context, tree.body)
    compiled.set(name, runnable)
    return runnable
  }
  return findTemplate
}
