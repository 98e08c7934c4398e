import { GoFunction, type ParamType, type ParamTypes, type Runtime, type Traits, type Value } from './value.ts'

type Arguments<P extends readonly ParamType[], V extends ParamType> = [
  ...{ -readonly [K in keyof P]: ParamTypes[P[K]] },
  ...ParamTypes[V][],
]

/** The function that a name refers to. */
export interface FunctionEntry {
  readonly fn: GoFunction
  /** Whether it is a built-in rather than one of the table: only the built-in `and` and `or` stop early. */
  readonly builtin: boolean
}

/** The functions that templates may call, by name. */
export type FunctionTable = Readonly<Record<string, GoFunction>>

/**
 * Declares a function: `define({ params: ['int', 'string'], call: (n, s) => ... })`. Arguments are checked and
 * converted. To fail, throw a FunctionError: its message becomes `error calling NAME: MESSAGE` with the place in the
 * template. A returned number is a float64; return `intOf(n)` for an int.
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

/**
 * Like `define`, for a function that builds large values, renders templates or needs a clock or random numbers: its
 * first parameter is the Runtime.
 */
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

/** Go's error for a wrong number of arguments; undefined if the function accepts that number. */
export function countProblem(name: string, fn: GoFunction, count: number): string | undefined {
  const paramCount = fn.params.length
  if (fn.variadic !== null ? count >= paramCount : count === paramCount) return undefined
  return `wrong number of args for ${name}: want ${fn.variadic === null ? '' : 'at least '}${paramCount} got ${count}`
}

/** The type of a function's parameter. */
export function typeAt(fn: GoFunction, position: number): ParamType {
  return fn.params[position] ?? fn.variadic ?? 'any'
}
