import type { Branch, Command, Operand, Pipeline, Statement } from '../ast.ts'
import { isChangeable } from '../constants.ts'
import { ideal, Mismatch } from '../convert.ts'
import { fail } from '../state.ts'
import { compileArgument, compileCall } from './calls.ts'
import { type Context, type Evaluator, placeOf, siteOf, textOf } from './context.ts'
import { compileDotFields, compileFields, compileMethod } from './fields.ts'
import { compilePeeks } from './peek.ts'
import type { Runner } from './runner.ts'

/** Compiles a pipeline and the variables it declares or sets. Its value is never null: as in Go, nil becomes no value. */
export function compilePipeline(context: Context, pipeline: Pipeline): Evaluator {
  const stored = compileStored(context, pipeline)
  return (state, dot) => stored(state, dot) ?? undefined
}

/** Like `compilePipeline`, where null and undefined make no difference: in conditions, loops and output. */
export function compileStored(context: Context, pipeline: Pipeline): Evaluator {
  const value = compileCommands(context, pipeline)
  const [name] = pipeline.variables
  // With two variables in a range, the second one is the element; the range sets both.
  return name === undefined ? value : storeVariables(context, pipeline, value)
}

/** The pipeline of an `if`, `with` or `range`. */
export function compileCondition(context: Context, pipeline: Pipeline): Evaluator {
  const value = compileStored(context, pipeline)
  return context.tracer?.condition(value) ?? value
}

/** A block that is run instead of another one; a tracer gets what the other one would have read. */
export function compileAlternative(context: Context, run: Runner, other: readonly Statement[]): Runner {
  const peeks = compilePeeks(context, other, {
    operand: (operand) => compileOperand(context, operand),
    command: (command) => compileCommand(context, command, null),
  })
  return context.tracer?.alternative(peeks, run) ?? run
}

/** The slots of variables from outside of a statement that the statement may set; only tracers need them. */
export function assignedIn({ tracer, scope }: Context, branch: Branch): readonly number[] {
  if (tracer === undefined) return []
  return assignedNames([branch]).flatMap((name) => scope.find(name) ?? [])
}

function assignedNames(statements: readonly Statement[]): readonly string[] {
  return statements.flatMap((statement) => {
    if (statement.kind === 'action') return statement.pipeline.assigns ? statement.pipeline.variables : []
    return 'body' in statement ? assignedNames([...statement.body, ...(statement.otherwise ?? [])]) : []
  })
}

function compileCommands(context: Context, pipeline: Pipeline): Evaluator {
  const [first, ...rest] = pipeline.commands
  let value = compileCommand(context, first, null)
  for (const command of rest) {
    const stage = value
    value = compileCommand(context, command, (state, dot) => stage(state, dot) ?? undefined)
  }
  return value
}

function storeVariables(context: Context, pipeline: Pipeline, value: Evaluator): Evaluator {
  const isReassigned = pipeline.variables.some((name) => context.assigned.has(name))
  const known = isReassigned ? undefined : context.constancy?.valueOf(pipeline, placeOf(context))
  const slots = pipeline.variables.map((name) =>
    pipeline.assigns ? context.scope.find(name) : context.scope.declare(name, known),
  )
  const unknown = pipeline.variables[slots.indexOf(undefined)]
  const site = siteOf(context, pipeline)
  const [slot, ...others] = slots
  const { tracer } = context
  if (unknown !== undefined || slot === undefined) {
    return (state, dot) => {
      value(state, dot)
      return fail(site, `undefined variable: ${unknown}`)
    }
  }
  const store: Evaluator = (state, dot) => {
    const result = value(state, dot) ?? undefined
    state.vars[slot] = result
    for (const other of others) if (other !== undefined) state.vars[other] = result
    return result
  }
  const declared = slots.filter((slot) => slot !== undefined)
  return tracer?.stored(declared, pipeline.assigns, store) ?? (known === 'constant' ? guarded(store) : store)
}

/**
 * A variable or dot is treated as constant until its value turns out to be changeable by functions: then nothing
 * more is cached.
 */
export function guarded(evaluate: Evaluator): Evaluator {
  return (state, dot) => {
    const value = evaluate(state, dot)
    if (isChangeable(value)) state.outputs = undefined
    return value
  }
}

function compileCommand(context: Context, command: Command, previous: Evaluator | null): Evaluator {
  const [first, ...args] = command.operands
  switch (first.kind) {
    case 'function': {
      const entry = context.findFunction(first.name)
      // The parser has checked that the function exists.
      if (entry === undefined) return () => fail(siteOf(context, first), `${first.name} is not a defined function`)
      return compileCall(context, command, first.name, entry, previous, (operand) => compileOperand(context, operand))
    }
    case 'field':
    case 'variable':
    case 'chain':
      return args.length === 0 && previous === null
        ? compileOperand(context, first)
        : compileFieldCall(context, first, args, previous)
    default:
      return args.length === 0 && previous === null
        ? compileOperand(context, first)
        : compileInvalidCall(context, first, previous)
  }
}

/** A value that is called with arguments but isn't a function. */
function compileInvalidCall(context: Context, operand: Operand, previous: Evaluator | null): Evaluator {
  const site = siteOf(context, operand)
  const reason = `can't give argument to non-function ${textOf(context, operand)}`
  return (state, dot) => {
    previous?.(state, dot)
    return fail(site, reason)
  }
}

function compileFieldCall(
  context: Context,
  operand: Operand & { readonly kind: 'field' | 'variable' | 'chain' },
  args: readonly Operand[],
  previous: Evaluator | null,
): Evaluator {
  const name = operand.names.at(-1)
  if (name === undefined) return compileInvalidCall(context, operand, previous)
  const { tracer } = context
  const value = compileOperand(context, { ...operand, names: operand.names.slice(0, -1) })
  const receiver = tracer?.argument(0, value) ?? value
  const method = compileMethod(context, operand, receiver, name, args, previous, (arg, type) =>
    compileArgument(context, arg, type, (inner) => compileOperand(context, inner)),
  )
  return tracer?.call(name, method) ?? method
}

/** An operand without arguments. */
function compileOperand(context: Context, operand: Operand): Evaluator {
  const site = siteOf(context, operand)
  switch (operand.kind) {
    case 'dot':
      return compileDot(context)
    case 'nil':
      return () => fail(site, 'nil is not a command')
    case 'bool':
    case 'string':
    case 'number': {
      const value = ideal(operand, textOf(context, operand))
      const literal: Evaluator = value instanceof Mismatch ? () => fail(site, value.reason) : () => value
      return context.tracer?.literal(literal) ?? literal
    }
    case 'field':
      return context.tracer === undefined
        ? compileDotFields(operand.names, site)
        : compileFields(compileDot(context), operand.names, site, context.tracer)
    case 'variable':
      return compileFields(compileVariable(context, operand.name, site), operand.names, site, context.tracer)
    case 'function':
      return compileCommand(context, { operands: [operand], start: operand.start, end: operand.end }, null)
    case 'chain':
      if (operand.base.kind === 'nil') {
        return () => fail(site, `indirection through explicit nil in ${textOf(context, operand)}`)
      }
      return compileFields(compileOperand(context, operand.base), operand.names, site, context.tracer)
    case 'pipeline':
      return compilePipeline(context, operand.pipeline)
  }
}

function compileVariable(context: Context, name: string, site: ReturnType<typeof siteOf>): Evaluator {
  const slot = context.scope.find(name)
  if (slot === undefined) return () => fail(site, `undefined variable: ${name}`)
  const read: Evaluator = (state) => state.vars[slot]
  return context.tracer?.variable(slot, read) ?? read
}

function compileDot({ tracer }: Context): Evaluator {
  const dot: Evaluator = (_state, value) => value
  return tracer?.dot(dot) ?? dot
}
