import type { Command, Operand, Pipeline, Statement } from '../ast.ts'
import type { Context, Evaluator } from './context.ts'

/** Compile an operand or a call on its own. */
export interface PeekCompilers {
  readonly operand: (operand: Operand) => Evaluator
  readonly command: (command: Command) => Evaluator
}

/**
 * Compiles what a block would read from the data if it were run, as far as that is known without running it: fields,
 * variables from outside, and results of functions that are known to be pure lookups. For a tracer, which reports what
 * a branch that isn't taken would have read.
 */
export function compilePeeks(
  context: Context,
  body: readonly Statement[],
  compilers: PeekCompilers,
): readonly Evaluator[] {
  const { tracer, scope } = context
  if (tracer === undefined) return []
  const peeks: Evaluator[] = []
  const visitOperand = (operand: Operand): void => {
    if (operand.kind === 'pipeline') visitPipeline(operand.pipeline)
    if (operand.kind === 'field' || (operand.kind === 'variable' && scope.find(operand.name) !== undefined))
      peeks.push(compilers.operand(operand))
  }
  const isLookup = ({ operands: [callee, ...args] }: Command): boolean =>
    callee.kind === 'function' && tracer.hasCallTrace(callee.name) && args.every(isSimple)
  const isSimple = (operand: Operand): boolean =>
    operand.kind !== 'pipeline' &&
    operand.kind !== 'chain' &&
    (operand.kind !== 'variable' || scope.find(operand.name) !== undefined)
  const visitPipeline = ({ commands }: Pipeline): void => {
    const [first, ...others] = commands
    if (isLookup(first)) peeks.push(compilers.command(first))
    else for (const operand of first.operands) visitOperand(operand)
    for (const command of others) for (const operand of command.operands) visitOperand(operand)
  }
  const visitStatements = (statements: readonly Statement[]): void => {
    for (const statement of statements) {
      if (statement.kind === 'action') visitPipeline(statement.pipeline)
      if (!('body' in statement)) continue
      visitPipeline(statement.pipeline)
      // In a `with` or a `range` the dot is a different one.
      if (statement.kind === 'if') visitStatements(statement.body)
      visitStatements(statement.otherwise ?? [])
    }
  }
  visitStatements(body)
  return peeks
}
