import type { Command, Operand, Pipeline, Statement } from '../ast.ts'
import type { FunctionEntry } from './context.ts'

/**
 * What the dot is where a statement stands: the data of the render; something that is the same as long as the constant fields
 * of the data are; anything else.
 */
export type Dot = 'data' | 'constant' | 'varying'

/** What is known where a statement stands. */
export interface Place {
  readonly dot: Dot
  /** Whether a variable holds the same as long as the constant fields of the data do. */
  isConstant(variable: string): boolean
}

/**
 * Which parts of templates depend on nothing but constant fields of the data, where they are rendered with the data as their
 * `$`. It looks at names alone, and whatever it isn't sure of counts as varying.
 */
export interface Constancy {
  /** Whether a statement always writes the same, and does nothing else. */
  writesTheSame(statement: Statement, place: Place): boolean
  /** Whether a pipeline gives the same value each time, and one that no function can change. */
  isFixed(pipeline: Pipeline, place: Place): boolean
}

export interface ConstancyOptions {
  /** The constant fields of the data. */
  readonly fields: ReadonlySet<string>
  findFunction(name: string): FunctionEntry | undefined
  findBody(template: string): readonly Statement[] | undefined
}

/** A place within a statement that is looked at. */
interface Inside {
  readonly dot: Dot
  readonly outside: Place
  /** The variables that the statement itself has declared: all of them constant. */
  readonly declared: ReadonlySet<string>
  /** Whether `break` stays within the statement. */
  readonly inLoop: boolean
}

export function createConstancy({ fields, findFunction, findBody }: ConstancyOptions): Constancy {
  const templates = new Map<string, boolean>()

  const isConstantTemplate = (name: string): boolean => {
    const known = templates.get(name)
    if (known !== undefined) return known
    // One that calls itself is none.
    templates.set(name, false)
    const body = findBody(name)
    const result = body !== undefined && ofBlock(body, inside({ dot: 'data', isConstant: () => false }))
    templates.set(name, result)
    return result
  }

  const ofBlock = (body: readonly Statement[], place: Inside): boolean => {
    const declared = new Set(place.declared)
    return body.every((statement) => ofStatement(statement, { ...place, declared }, declared))
  }

  /** `declares` gets the variables that the statements behind this one see. */
  const ofStatement = (statement: Statement, place: Inside, declares: Set<string>): boolean => {
    switch (statement.kind) {
      case 'text':
        return true
      case 'action':
        return ofDeclaration(statement.pipeline, place, declares)
      case 'break':
      case 'continue':
        return place.inLoop
      case 'template':
        return (
          statement.pipeline !== null &&
          isData(onlyOperand(statement.pipeline), place) &&
          isConstantTemplate(statement.name)
        )
      default: {
        const declared = new Set(place.declared)
        if (!ofDeclaration(statement.pipeline, place, declared)) return false
        const block = { ...place, declared }
        const dot = statement.kind === 'if' ? place.dot : 'constant'
        const inLoop = statement.kind === 'range' || place.inLoop
        return ofBlock(statement.body, { ...block, dot, inLoop }) && ofBlock(statement.otherwise ?? [], block)
      }
    }
  }

  /** A pipeline, and the variables that it declares. */
  const ofDeclaration = (pipeline: Pipeline, place: Inside, declares: Set<string>): boolean => {
    if (pipeline.assigns || !pipeline.commands.every((command) => ofCommand(command, place))) return false
    for (const name of pipeline.variables) declares.add(name)
    return true
  }

  const ofCommand = ({ operands: [first, ...args] }: Command, place: Inside): boolean => {
    if (first.kind === 'function' && first.name === 'include' && args[0]?.kind === 'string')
      return args.length === 2 && isData(args[1], place) && isConstantTemplate(args[0].value)
    return ofOperand(first, place) && args.every((operand) => ofOperand(operand, place))
  }

  const ofOperand = (operand: Operand, place: Inside): boolean => {
    switch (operand.kind) {
      case 'function': {
        const fn = findFunction(operand.name)?.fn
        return fn !== undefined && !fn.varies && !fn.observed
      }
      case 'chain':
        return ofOperand(operand.base, place)
      case 'pipeline':
        return (
          operand.pipeline.variables.length === 0 &&
          operand.pipeline.commands.every((command) => ofCommand(command, place))
        )
      default:
        return isFixedOperand(operand, place)
    }
  }

  const isFixedOperand = (operand: Operand, place: Inside): boolean => {
    switch (operand.kind) {
      case 'dot':
        return place.dot === 'constant'
      case 'field':
        return place.dot === 'constant' || (place.dot === 'data' && fields.has(operand.names[0] ?? ''))
      case 'variable':
        if (operand.name === '$') return fields.has(operand.names[0] ?? '')
        return place.declared.has(operand.name) || place.outside.isConstant(operand.name)
      case 'nil':
      case 'bool':
      case 'string':
      case 'number':
        return true
      default:
        return false
    }
  }

  return {
    writesTheSame: (statement, place) =>
      // What it declares is needed by the statements behind it.
      !(statement.kind === 'action' && statement.pipeline.variables.length > 0) &&
      ofStatement(statement, inside(place), new Set()),
    isFixed: (pipeline, place) => {
      const operand = onlyOperand(pipeline)
      return operand !== undefined && isFixedOperand(operand, inside(place))
    },
  }
}

function inside(outside: Place): Inside {
  return { dot: outside.dot, outside, declared: new Set(), inLoop: false }
}

/** Whether an operand is the data itself, so that a template which is given it has the same `$`. */
function isData(operand: Operand | undefined, { dot }: Inside): boolean {
  return (
    (operand?.kind === 'dot' && dot === 'data') ||
    (operand?.kind === 'variable' && operand.name === '$' && operand.names.length === 0)
  )
}

function onlyOperand({ commands: [command, ...more] }: Pipeline): Operand | undefined {
  return more.length === 0 && command.operands.length === 1 ? command.operands[0] : undefined
}

/** The names of all variables that a body sets after their declaration. */
export function assignedNames(body: readonly Statement[]): ReadonlySet<string> {
  const names = new Set<string>()
  const ofPipeline = ({ assigns, variables, commands }: Pipeline): void => {
    if (assigns) for (const name of variables) names.add(name)
    for (const { operands } of commands) for (const operand of operands) ofOperand(operand)
  }
  const ofOperand = (operand: Operand): void => {
    if (operand.kind === 'pipeline') ofPipeline(operand.pipeline)
    else if (operand.kind === 'chain') ofOperand(operand.base)
  }
  const ofBody = (statements: readonly Statement[]): void => {
    for (const statement of statements) {
      if ('pipeline' in statement && statement.pipeline !== null) ofPipeline(statement.pipeline)
      if ('body' in statement) ofBody([...statement.body, ...(statement.otherwise ?? [])])
    }
  }
  ofBody(body)
  return names
}
