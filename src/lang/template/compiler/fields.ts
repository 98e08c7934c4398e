import type { Operand } from '../ast.ts'
import { convertAt } from '../convert.ts'
import { fieldOf, methodOf, notAMethod } from '../fields.ts'
import { countProblem, typeAt } from '../functions.ts'
import { fail, type Site, type State } from '../state.ts'
import type { Tracer } from '../trace/tracer.ts'
import type { ParamType, Value } from '../value.ts'
import { type Context, type Evaluator, siteOf } from './context.ts'

/** Reads a chain of fields from the value of `base`. Up to three fields share one closure: this is what templates do most. */
export function compileFields(base: Evaluator, names: readonly string[], site: Site, tracer?: Tracer): Evaluator {
  if (tracer !== undefined) return traceFields(base, names, site, tracer)
  const [a, b, c, ...rest] = names
  if (a === undefined) return base
  if (b === undefined) return (state, dot) => fieldOf(state, base(state, dot), a, site)
  if (c === undefined) return (state, dot) => fieldOf(state, fieldOf(state, base(state, dot), a, site), b, site)
  const three: Evaluator = (state, dot) =>
    fieldOf(state, fieldOf(state, fieldOf(state, base(state, dot), a, site), b, site), c, site)
  return compileFields(three, rest, site)
}

function traceFields(base: Evaluator, names: readonly string[], site: Site, tracer: Tracer): Evaluator {
  const read = (name: string) => (state: State, receiver: Value) => fieldOf(state, receiver, name, site)
  return names.reduce((value, name) => tracer.field(name, value, read(name)), base)
}

/** Like `compileFields`, from the dot. */
export function compileDotFields(names: readonly string[], site: Site): Evaluator {
  const [a, b, c, ...rest] = names
  if (a === undefined) return (_state, dot) => dot
  if (b === undefined) return (state, dot) => fieldOf(state, dot, a, site)
  if (c === undefined) return (state, dot) => fieldOf(state, fieldOf(state, dot, a, site), b, site)
  const three: Evaluator = (state, dot) =>
    fieldOf(state, fieldOf(state, fieldOf(state, dot, a, site), b, site), c, site)
  return compileFields(three, rest, site)
}

/** A field with arguments: only methods accept them, and which method it is is only known at run time. */
export function compileMethod(
  context: Context,
  operand: Operand & { readonly kind: 'field' | 'variable' | 'chain' },
  receiver: Evaluator,
  name: string,
  args: readonly Operand[],
  previous: Evaluator | null,
  compileArgument: (operand: Operand, type: ParamType) => (state: State, dot: Value) => unknown,
): Evaluator {
  const site = siteOf(context, operand, name)
  const count = args.length + (previous === null ? 0 : 1)
  return (state, dot) => {
    const piped = previous?.(state, dot)
    const value = receiver(state, dot)
    if (value === undefined) return undefined
    const method = methodOf(value, name)
    if (method === undefined) return fail(site, notAMethod(value, name))
    const problem = countProblem(name, method, count)
    if (problem !== undefined) return fail(site, problem)
    const values = args.map((arg, position) => compileArgument(arg, typeAt(method, position))(state, dot))
    if (previous !== null) values.push(convertAt(site, typeAt(method, args.length), piped))
    state.at = site
    return method.wantsRuntime ? method.call(state, ...values) : method.call(...values)
  }
}
