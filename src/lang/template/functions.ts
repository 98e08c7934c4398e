import type { GoMap, List, StructValue, Value } from './value.ts'

/**
 * What a parameter takes, as Go's reflection checks it: a literal is read as the parameter's type (`repeat 2.0 "x"`), any other value
 * must have it (`repeat (add 1 2) "x"` fails: add gives an int64).
 */
export interface ParamTypes {
  string: string
  bool: boolean
  float64: number
  /** Handed over as a number; what lies beyond 2^53 loses its last digits, which no count of anything needs. */
  int: number
  int64: bigint
  /** interface{}: any value, a missing one as null. */
  any: Value
  /** reflect.Value, as the built-ins take: any value, where a missing one is undefined and nil is null. */
  value: Value
  /** []interface{} alone, not []string; nil becomes a nil list. */
  list: List
  /** []string alone. */
  strings: List
  /** map[string]interface{} alone; nil becomes a nil map. */
  map: GoMap
  /** map[string]string alone. */
  stringMap: GoMap
  /** Any struct or pointer to one. */
  struct: StructValue
}

export type ParamType = keyof ParamTypes

type Arguments<P extends readonly ParamType[], V extends ParamType> = [
  ...{ -readonly [K in keyof P]: ParamTypes[P[K]] },
  ...ParamTypes[V][],
]

/** What a function may ask of the render that calls it. */
export interface Runtime {
  /** Counts `bytes` about to be made against the limit on string growth; call it before a string is made larger. Throws when it is exceeded. */
  grow(bytes: number): void
  /** Counts `steps` of a loop or elements of a list against the limit on iterations. Throws when it is exceeded. */
  iterate(steps: number): void
  /** Renders a named template of the set to a string. */
  include(name: string, data: Value): string
  /** Reports something to whoever asked for the render; a function that does so has the trait `notes`. */
  note(text: string): void
}

/** What may be said of a function: see GoFunction. */
export interface Traits {
  readonly varies?: boolean | undefined
  readonly notes?: boolean | undefined
  readonly readsKeyOf?: readonly string[] | undefined
}

/** A function of a template. Made by `define` and `defineWithRuntime`. */
export class GoFunction {
  readonly params: readonly ParamType[]
  /** The type of every argument behind `params`, or null when there may be none. */
  readonly variadic: ParamType | null
  /** Whether `call` takes the Runtime in front of the arguments. */
  readonly wantsRuntime: boolean
  readonly call: (...args: unknown[]) => Value
  /** As %T prints it. */
  readonly typeName: string
  /** Whether its result depends on more than its arguments: the clock, or chance. */
  readonly varies: boolean
  /** Whether it notes its calls (see Runtime), so that none may be left out. */
  readonly notes: boolean
  /**
   * Set where the second argument is a key, and all that the function reads of the first one is the value of that key: of the map itself
   * (an empty path), or of one below it.
   */
  readonly readsKeyOf: readonly string[] | undefined

  constructor(
    params: readonly ParamType[],
    variadic: ParamType | null,
    wantsRuntime: boolean,
    call: unknown,
    typeName = 'func',
    { varies = false, notes = false, readsKeyOf }: Traits = {},
  ) {
    this.params = params
    this.variadic = variadic
    this.wantsRuntime = wantsRuntime
    this.call = call as (...args: unknown[]) => Value
    this.typeName = typeName
    this.varies = varies
    this.notes = notes
    this.readsKeyOf = readsKeyOf
  }
}

/** Functions by the name that templates call them by. */
export type FunctionTable = Readonly<Record<string, GoFunction>>

/**
 * Declares a function: `define({ params: ['int', 'string'], call: (n, s) => ... })`. Arguments arrive checked and converted.
 * To fail, throw a FunctionError: its message becomes `error calling NAME: MESSAGE` with the place in the template.
 * A number returned is a float64; return `intOf(n)` for an int.
 */
export function define<const P extends readonly ParamType[], V extends ParamType = never>(
  spec: {
    readonly params: P
    readonly variadic?: V
    readonly typeName?: string
    readonly call: (...args: Arguments<P, V>) => Value
  } & Traits,
): GoFunction {
  return new GoFunction(spec.params, spec.variadic ?? null, false, spec.call, spec.typeName, spec)
}

/** As `define`, for a function that makes large values or renders templates: it gets the Runtime first. */
export function defineWithRuntime<const P extends readonly ParamType[], V extends ParamType = never>(
  spec: {
    readonly params: P
    readonly variadic?: V
    readonly typeName?: string
    readonly call: (runtime: Runtime, ...args: Arguments<P, V>) => Value
  } & Traits,
): GoFunction {
  return new GoFunction(spec.params, spec.variadic ?? null, true, spec.call, spec.typeName, spec)
}

/** What is wrong with a number of arguments, in Go's words; undefined when a function takes that many. */
export function countProblem(name: string, fn: GoFunction, count: number): string | undefined {
  const wanted = fn.params.length
  if (fn.variadic !== null ? count >= wanted : count === wanted) return undefined
  return `wrong number of args for ${name}: want ${fn.variadic === null ? '' : 'at least '}${wanted} got ${count}`
}

/** The type of a function's parameter. */
export function typeAt(fn: GoFunction, position: number): ParamType {
  return fn.params[position] ?? fn.variadic ?? 'any'
}

/** The error a function of a template raises. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError'
}
