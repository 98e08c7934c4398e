import type { Command, Operand, Pipeline, Statement } from '../ast.ts'
import type { Context, Evaluator } from './context.ts'

/** Compiles an operand, or a call, on its own. */
export interface PeekCompilers {
  readonly operand: (operand: Operand) => Evaluator
  readonly command: (command: Command) => Evaluator
}

/**
 * What a block would read of the data if it were run, as far as is known without running it: fields, variables from
 * outside, and what functions find that are known to do nothing else. For a tracer, which tells what a branch that was not
 * taken had to say.
 */
export function compilePeeks(
  context: Context,
  body: readonly Statement[],
  compilers: PeekCompilers,
): readonly Evaluator[] {
  const { tracer, scope } = context
  if (tracer === undefined) return []
  const peeks: Evaluator[] = []
  const ofOperand = (operand: Operand): void => {
    if (operand.kind === 'pipeline') ofPipeline(operand.pipeline)
    if (operand.kind === 'field' || (operand.kind === 'variable' && scope.find(operand.name) !== undefined))
      peeks.push(compilers.operand(operand))
  }
  const finds = ({ operands: [callee, ...args] }: Command): boolean =>
    callee.kind === 'function' && tracer.knows(callee.name) && args.every(isSimple)
  const isSimple = (operand: Operand): boolean =>
    operand.kind !== 'pipeline' &&
    operand.kind !== 'chain' &&
    (operand.kind !== 'variable' || scope.find(operand.name) !== undefined)
  const ofPipeline = ({ commands }: Pipeline): void => {
    const [first, ...others] = commands
    if (finds(first)) peeks.push(compilers.command(first))
    else for (const operand of first.operands) ofOperand(operand)
    for (const command of others) for (const operand of command.operands) ofOperand(operand)
  }
  const ofStatements = (statements: readonly Statement[]): void => {
    for (const statement of statements) {
      if (statement.kind === 'action') ofPipeline(statement.pipeline)
      if (!('body' in statement)) continue
      ofPipeline(statement.pipeline)
      // Behind a `with` or in a `range` the dot is another.
      if (statement.kind === 'if') ofStatements(statement.body)
      ofStatements(statement.otherwise ?? [])
    }
  }
  ofStatements(body)
  return peeks
}
