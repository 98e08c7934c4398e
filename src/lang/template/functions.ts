import { GoFunction, type ParamType, type ParamTypes, type Runtime, type Traits, type Value } from './value.ts'

type Arguments<P extends readonly ParamType[], V extends ParamType> = [
  ...{ -readonly [K in keyof P]: ParamTypes[P[K]] },
  ...ParamTypes[V][],
]

/** What a name in the position of a function stands for. */
export interface FunctionEntry {
  readonly fn: GoFunction
  /** Whether it is the language's own, rather than one of the table: `and` and `or` stop early then. */
  readonly builtin: boolean
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

/** As `define`, for a function that makes large values, renders templates or asks for the time or chance: it gets the Runtime first. */
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
