import type { Command, Operand } from '../ast.ts'
import { equals } from '../compare.ts'
import { convertAt, literalAs, Mismatch } from '../convert.ts'
import { countProblem, type FunctionEntry, typeAt } from '../functions.ts'
import { fail, type Site, type State } from '../state.ts'
import type { Tracer } from '../trace/tracer.ts'
import { type GoFunction, isTrue, type ParamType, type Value } from '../value.ts'
import { type Context, type Evaluator, siteOf, textOf } from './context.ts'

/** An argument, checked and converted to its parameter's type. */
export type Argument = (state: State, dot: Value) => unknown

/** Compiles an operand on its own, without arguments. */
export type CompileOperand = (operand: Operand) => Evaluator

/**
 * Compiles the call of a function with the operands of a command and, as its last argument, the value of the previous
 * stage. As in Go, a wrong number of arguments or a literal of the wrong type fails when the call is reached.
 */
export function compileCall(
  context: Context,
  command: Command,
  name: string,
  { fn, builtin }: FunctionEntry,
  previous: Evaluator | null,
  compileOperand: CompileOperand,
): Evaluator {
  const [, ...operands] = command.operands
  const site = siteOf(context, command, name)
  const problem = countProblem(name, fn, operands.length + (previous === null ? 0 : 1))
  if (problem !== undefined) {
    return (state, dot) => {
      previous?.(state, dot)
      return fail(site, problem)
    }
  }
  const args = operands.map((operand, position) =>
    compileArgument(context, operand, typeAt(fn, position), compileOperand),
  )
  const { tracer } = context
  return tracer === undefined
    ? compileInvocation(site, name, { fn, builtin }, args, previous)
    : traceCall(tracer, name, args, previous, (traced, piped) =>
        compileInvocation(site, name, { fn, builtin }, traced, piped),
      )
}

function compileInvocation(
  site: Site,
  name: string,
  { fn, builtin }: FunctionEntry,
  args: readonly Argument[],
  previous: Evaluator | null,
): Evaluator {
  if (builtin && (name === 'and' || name === 'or')) return compileLogic(name, args, previous)
  if (previous !== null) return invokePiped(site, fn, args, previous)
  const [left, right] = args
  if (builtin && (name === 'eq' || name === 'ne') && left !== undefined && right !== undefined && args.length === 2) {
    return compileEquality(site, left, right, name === 'eq')
  }
  return invoke(site, fn, args)
}

/** A call whose arguments and result are traced. */
function traceCall(
  tracer: Tracer,
  name: string,
  args: readonly Argument[],
  previous: Evaluator | null,
  compile: (args: readonly Argument[], previous: Evaluator | null) => Evaluator,
): Evaluator {
  const traced = args.map((arg, position) => tracer.argument(position, arg))
  const piped = previous === null ? null : tracer.argument(args.length, previous)
  if (name !== 'include') return tracer.call(name, compile(traced, piped))
  return tracer.include(
    compile(
      args.map((arg, position) => (position === 1 ? tracer.data(arg) : arg)),
      previous,
    ),
  )
}

/** Compiles an operand as an argument of a type. */
export function compileArgument(
  context: Context,
  operand: Operand,
  type: ParamType,
  compileOperand: CompileOperand,
): Argument {
  const site = siteOf(context, operand)
  if (operand.kind === 'nil' || operand.kind === 'bool' || operand.kind === 'string' || operand.kind === 'number') {
    const literal = literalAs(operand, type, textOf(context, operand))
    return literal instanceof Mismatch ? () => fail(site, literal.reason) : () => literal
  }
  const evaluate = compileOperand(operand)
  if (type === 'value') return evaluate
  if (type === 'any') return (state, dot) => evaluate(state, dot) ?? null
  if (type === 'string') {
    return (state, dot) => {
      const value = evaluate(state, dot)
      return typeof value === 'string' ? value : convertAt(site, type, value)
    }
  }
  return (state, dot) => convertAt(site, type, evaluate(state, dot))
}

/** Calls with up to three arguments, the usual ones, have closures of their own that need no argument list. */
function invoke(site: Site, fn: GoFunction, args: readonly Argument[]): Evaluator {
  const { call, wantsRuntime } = fn
  const [a, b, c] = args
  if (args.length > 3) return invokeMany(site, fn, args)
  if (a === undefined) {
    return (state) => {
      state.at = site
      return wantsRuntime ? call(state) : call()
    }
  }
  if (b === undefined) {
    return (state, dot) => {
      const first = a(state, dot)
      state.at = site
      return wantsRuntime ? call(state, first) : call(first)
    }
  }
  if (c === undefined) {
    return (state, dot) => {
      const first = a(state, dot)
      const second = b(state, dot)
      state.at = site
      return wantsRuntime ? call(state, first, second) : call(first, second)
    }
  }
  return (state, dot) => {
    const first = a(state, dot)
    const second = b(state, dot)
    const third = c(state, dot)
    state.at = site
    return wantsRuntime ? call(state, first, second, third) : call(first, second, third)
  }
}

function invokeMany(site: Site, { call, wantsRuntime }: GoFunction, args: readonly Argument[]): Evaluator {
  return (state, dot) => {
    const values = args.map((arg) => arg(state, dot))
    state.at = site
    return wantsRuntime ? call(state, ...values) : call(...values)
  }
}

function invokePiped(site: Site, fn: GoFunction, args: readonly Argument[], previous: Evaluator): Evaluator {
  const { call, wantsRuntime } = fn
  const type = typeAt(fn, args.length)
  const [a] = args
  if (a === undefined) {
    return (state, dot) => {
      const piped = convertAt(site, type, previous(state, dot))
      state.at = site
      return wantsRuntime ? call(state, piped) : call(piped)
    }
  }
  if (args.length === 1) {
    return (state, dot) => {
      const value = previous(state, dot)
      const first = a(state, dot)
      const piped = convertAt(site, type, value)
      state.at = site
      return wantsRuntime ? call(state, first, piped) : call(first, piped)
    }
  }
  return (state, dot) => {
    const value = previous(state, dot)
    const values = args.map((arg) => arg(state, dot))
    values.push(convertAt(site, type, value))
    state.at = site
    return wantsRuntime ? call(state, ...values) : call(...values)
  }
}

/** `and` and `or`: the first argument that decides the result, else the last. A piped value was evaluated before all others. */
function compileLogic(name: 'and' | 'or', values: readonly Argument[], previous: Evaluator | null): Evaluator {
  // Parameters of the type `value` take any value as it is.
  const args = values as readonly Evaluator[]
  const decides = name === 'or'
  const [a, b] = args
  if (previous === null && a !== undefined && b !== undefined && args.length === 2) {
    return (state, dot) => {
      const first = a(state, dot)
      return isTrue(first) === decides ? first : b(state, dot)
    }
  }
  return (state, dot) => {
    const piped = previous?.(state, dot)
    let value: Value
    for (const arg of args) {
      value = arg(state, dot)
      if (isTrue(value) === decides) return value
    }
    return previous === null ? value : piped
  }
}

/** `eq` and `ne` of two values, without an argument list. */
function compileEquality(site: Site, left: Argument, right: Argument, expected: boolean): Evaluator {
  // Parameters of the type `value` take any value as it is.
  const [evaluateLeft, evaluateRight] = [left, right] as [Evaluator, Evaluator]
  return (state, dot) => {
    const a = evaluateLeft(state, dot)
    const b = evaluateRight(state, dot)
    if (typeof a === 'string' && typeof b === 'string') return (a === b) === expected
    state.at = site
    return equals(a, b) === expected
  }
}
