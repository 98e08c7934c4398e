import type { Branch, Statement } from '../ast.ts'
import { toText } from '../format/plain.ts'
import { fail, type Runnable, type Site, type State } from '../state.ts'
import { GoFunction, isTrue, typeName, type Value } from '../value.ts'
import { assignedNames, type Constancy } from './constancy.ts'
import { type Context, type Evaluator, placeOf, Scope, siteOf, textOf } from './context.ts'
import {
  assignedIn,
  compileAlternative,
  compileCondition,
  compilePipeline,
  compileStored,
  guarded,
} from './pipelines.ts'
import { compileRange } from './range.ts'
import { compileRepeated } from './repeated.ts'
import { breaks, continues, proceed, type Runner } from './runner.ts'

/** Compiles the body of a template. */
export function compileTemplate(
  context: Omit<Context, 'scope' | 'dot' | 'assigned'>,
  body: readonly Statement[],
): Runnable {
  const scope = new Scope()
  const run = compileList({ ...context, scope, dot: 'data', assigned: assignedNames(body) }, body)
  return { run, slots: scope.slots }
}

/** Compiles a sequence of statements; each one sees the declarations of those before it. */
export function compileList(context: Context, body: readonly Statement[]): Runner {
  return inSequence(
    context.constancy === undefined
      ? body.map((statement) => compileStatement(context, statement))
      : compileRuns(context, context.constancy, body),
  )
}

/**
 * Compiles a sequence of statements. Runs of those that write and declare the same in each render are run once and then cached.
 */
function compileRuns(context: Context, constancy: Constancy, body: readonly Statement[]): Runner[] {
  const runners: Runner[] = []
  let run: Runner[] = []
  let slots: number[] = []
  let onlyText = true
  const endRun = () => {
    if (onlyText) runners.push(...run)
    else runners.push(compileRepeated(inSequence(run), slots))
    run = []
    slots = []
    onlyText = true
  }
  for (const statement of body) {
    const place = placeOf(context)
    if (constancy.hasConstantOutput(statement, place)) {
      run.push(compileStatement({ ...context, constancy: undefined }, statement))
      onlyText &&= statement.kind === 'text'
    } else if (
      statement.kind === 'action' &&
      constancy.declaresConstants(statement.pipeline, context.assigned, place)
    ) {
      run.push(compileStatement(context, statement))
      for (const name of statement.pipeline.variables) slots.push(context.scope.find(name) ?? 0)
      onlyText = false
    } else {
      endRun()
      runners.push(compileStatement(context, statement))
    }
  }
  endRun()
  return runners
}

function inSequence(runners: readonly Runner[]): Runner {
  const [a, b, c] = runners
  if (a === undefined) return () => proceed
  if (b === undefined) return a
  if (c === undefined) return (state, dot) => a(state, dot) || b(state, dot)
  return (state, dot) => {
    for (const run of runners) {
      const signal = run(state, dot)
      if (signal !== proceed) return signal
    }
    return proceed
  }
}

function compileStatement(context: Context, statement: Statement): Runner {
  switch (statement.kind) {
    case 'text': {
      const text = compileText(statement.text)
      return context.tracer?.writes(statement, context.source, text) ?? text
    }
    case 'action': {
      const value = compileStored(context, statement.pipeline)
      if (statement.pipeline.variables.length > 0) return compileSilent(value)
      const output = compileOutput(context, statement, value)
      return context.tracer?.writes(statement, context.source, output) ?? output
    }
    case 'if':
      return compileIf(context, statement)
    case 'with':
      return compileWith(context, statement)
    case 'range':
      return compileRange(context, statement, compileList)
    case 'template':
      return compileTemplateCall(context, statement)
    case 'break':
      return () => breaks
    case 'continue':
      return () => continues
  }
}

function compileText(text: string): Runner {
  return (state) => {
    state.out += text
    return proceed
  }
}

function compileSilent(value: Evaluator): Runner {
  return (state, dot) => {
    value(state, dot)
    return proceed
  }
}

function compileOutput(context: Context, statement: Statement & { kind: 'action' }, value: Evaluator): Runner {
  const site = siteOf(context, statement, 'print')
  const source = textOf(context, statement)
  return (state, dot) => {
    const result = value(state, dot)
    state.write(typeof result === 'string' ? result : outputText(state, result, site, source))
    return proceed
  }
}

function outputText(state: State, value: Value, site: Site, source: string): string {
  if (value === null || value === undefined) return '<no value>'
  if (value instanceof GoFunction) return fail(site, `can't print ${source} of type ${typeName(value)}`)
  // Printing too large a value fails like a function call.
  state.at = site
  return toText(value)
}

function compileIf(context: Context, branch: Branch): Runner {
  return context.scope.block(() => {
    const assigned = assignedIn(context, branch)
    const condition = compileCondition(context, branch.pipeline)
    const [whenTrue, whenFalse] = [branch.body, branch.otherwise ?? []]
    const body = compileAlternative(context, compileBlock(context, whenTrue), whenFalse)
    const otherwise = compileAlternative(context, compileBlock(context, whenFalse), whenTrue)
    const run: Runner = (state, dot) => (isTrue(condition(state, dot)) ? body(state, dot) : otherwise(state, dot))
    return context.tracer?.branch(assigned, run) ?? run
  })
}

function compileWith(context: Context, branch: Branch): Runner {
  return context.scope.block(() => {
    const assigned = assignedIn(context, branch)
    const isConstant = context.constancy?.valueOf(branch.pipeline, placeOf(context)) === 'constant'
    const condition = compileCondition(context, branch.pipeline)
    const subject = isConstant ? guarded(condition) : condition
    const dot = isConstant ? 'constant' : 'varying'
    const other = branch.otherwise ?? []
    const block = compileBlock({ ...context, dot }, branch.body)
    const body = compileAlternative(context, context.tracer?.withBody(block) ?? block, other)
    const otherwise = compileBlock(context, other)
    const run: Runner = (state, dot) => {
      const value = subject(state, dot)
      return isTrue(value) ? body(state, value) : otherwise(state, dot)
    }
    return context.tracer?.branch(assigned, run) ?? run
  })
}

function compileBlock(context: Context, body: readonly Statement[]): Runner {
  return context.scope.block(() => compileList(context, body))
}

function compileTemplateCall(context: Context, statement: Statement & { kind: 'template' }): Runner {
  const site = siteOf(context, statement)
  const { name } = statement
  const argument: Evaluator =
    statement.pipeline === null ? () => undefined : compilePipeline(context, statement.pipeline)
  const data = context.tracer?.data(argument) ?? argument
  let runnable: Runnable | undefined
  const run: Runner = (state, dot) => {
    runnable ??= context.findTemplate(name)
    const template = runnable
    if (template === undefined) return fail(site, `template ${JSON.stringify(name)} not defined`)
    const value = data(state, dot)
    state.at = site
    state.enter(template, value)
    return proceed
  }
  return context.tracer?.templateCall(run) ?? run
}
