import type { Command, Operand, Pipeline, Statement } from '../ast.ts'
import type { Constants } from '../constants.ts'
import type { FunctionEntry } from '../functions.ts'

/*
 * Finds the parts of templates that are the same in each render, because they only depend on constants of the data:
 * fields that rarely change, and single keys of maps. It is a static analysis; everything that it isn't sure of is
 * varying. It only applies where a template is rendered with the data as its `$`.
 */

/** The dot at a statement: the data of the render, something that only depends on constants, or anything else. */
export type Dot = 'data' | 'constant' | 'varying'

/** What is known of a variable: that it only depends on constants, or the path of its value in the data. */
export type Known = 'constant' | readonly string[] | undefined

/** What is known at a statement. */
export interface Place {
  readonly dot: Dot
  known(variable: string): Known
}

export interface Constancy {
  /** Whether a statement only writes, and always writes the same for the same constants. */
  hasConstantOutput(statement: Statement, place: Place): boolean
  /** Whether a statement only declares variables, whose values are always the same for the same constants. */
  declaresConstants(pipeline: Pipeline, assigned: ReadonlySet<string>, place: Place): boolean
  /** What is known of the value of a pipeline. */
  valueOf(pipeline: Pipeline, place: Place): Known
}

export interface ConstancyOptions {
  /** `addKey` is called for every key that something depends on. */
  readonly constants: Constants
  findFunction(name: string): FunctionEntry | undefined
  findBody(template: string): readonly Statement[] | undefined
}

/** A place within an analyzed statement. */
interface Inside {
  readonly dot: Dot
  readonly outside: Place
  /** The variables declared within the statement. */
  readonly declared: ReadonlyMap<string, Known>
  /** Whether `break` would leave a loop within the statement, not the statement itself. */
  readonly inLoop: boolean
}

export function createConstancy({ constants, findFunction, findBody }: ConstancyOptions): Constancy {
  const templates = new Map<string, boolean>()

  const isConstantTemplate = (name: string): boolean => {
    const known = templates.get(name)
    if (known !== undefined) return known
    // A template that calls itself isn't constant.
    templates.set(name, false)
    const body = findBody(name)
    const result = body !== undefined && isConstantBlock(body, inside({ dot: 'data', known: () => undefined }))
    templates.set(name, result)
    return result
  }

  const isConstantBlock = (body: readonly Statement[], place: Inside): boolean => {
    const declared = new Map(place.declared)
    return body.every((statement) => isConstantStatement(statement, { ...place, declared }, declared))
  }

  /** The variables that the statement declares for the following ones are added to `declares`. */
  const isConstantStatement = (statement: Statement, place: Inside, declares: Map<string, Known>): boolean => {
    switch (statement.kind) {
      case 'text':
        return true
      case 'action':
        return isConstantDeclaration(statement.pipeline, place, declares)
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
        const declared = new Map(place.declared)
        if (!isConstantPipeline(statement.pipeline, place)) return false
        for (const name of statement.pipeline.variables) declared.set(name, 'constant')
        const block = { ...place, declared }
        const dot = statement.kind === 'if' ? place.dot : 'constant'
        const inLoop = statement.kind === 'range' || place.inLoop
        return (
          isConstantBlock(statement.body, { ...block, dot, inLoop }) &&
          isConstantBlock(statement.otherwise ?? [], block)
        )
      }
    }
  }

  const isConstantDeclaration = (pipeline: Pipeline, place: Inside, declares: Map<string, Known>): boolean => {
    if (pipeline.assigns)
      return (
        pipeline.variables.every((name) => place.declared.get(name) === 'constant') &&
        isConstantCommands(pipeline, place)
      )
    const value = known(pipeline, place)
    for (const name of pipeline.variables) declares.set(name, value)
    return value === 'constant' || (value !== undefined && pipeline.variables.length > 0)
  }

  const known = (pipeline: Pipeline, place: Inside): Known => {
    if (isConstantCommands(pipeline, place)) return 'constant'
    const path = pathOf(onlyOperand(pipeline), place)
    return path !== undefined && constants.hasKeysBelow(path) ? path : undefined
  }

  const isConstantPipeline = (pipeline: Pipeline, place: Inside): boolean =>
    !pipeline.assigns && isConstantCommands(pipeline, place)

  const isConstantCommands = ({ commands }: Pipeline, place: Inside): boolean =>
    commands.every((command) => isConstantCommand(command, place))

  const isConstantCommand = ({ operands: [first, ...args] }: Command, place: Inside): boolean => {
    const name = first.kind === 'function' ? first.name : ''
    const [map, key, ...others] = args
    if (name === 'include' && map?.kind === 'string')
      return args.length === 2 && isData(key, place) && isConstantTemplate(map.value)
    if (readsConstantKey(name, map, key, place)) return others.every((operand) => isConstantOperand(operand, place))
    return isConstantOperand(first, place) && args.every((operand) => isConstantOperand(operand, place))
  }

  /** Whether a function reads a literal key of a map whose keys are constants. */
  const readsConstantKey = (
    name: string,
    map: Operand | undefined,
    key: Operand | undefined,
    place: Inside,
  ): boolean => {
    const below = findFunction(name)?.fn.readsKeyOf
    const path = below === undefined ? undefined : pathOf(map, place)
    if (below === undefined || path === undefined || key?.kind !== 'string') return false
    return constants.addKey([...path, ...below], key.value)
  }

  const isConstantOperand = (operand: Operand, place: Inside): boolean => {
    switch (operand.kind) {
      case 'function': {
        const fn = findFunction(operand.name)?.fn
        return fn !== undefined && !fn.varies && !fn.notes
      }
      case 'chain':
        return isConstantOperand(operand.base, place)
      case 'pipeline':
        return operand.pipeline.variables.length === 0 && isConstantCommands(operand.pipeline, place)
      case 'dot':
        return place.dot === 'constant'
      case 'field':
        return place.dot === 'constant' || (place.dot === 'data' && constants.hasField(operand.names[0]))
      case 'variable':
        if (operand.name === '$') return constants.hasField(operand.names[0])
        return knownOf(operand.name, place) === 'constant'
      default:
        return true
    }
  }

  return {
    hasConstantOutput: (statement, place) =>
      // The statements after it need the variables that it declares.
      !(statement.kind === 'action' && statement.pipeline.variables.length > 0) &&
      isConstantStatement(statement, inside(place), new Map()),
    declaresConstants: (pipeline, assigned, place) =>
      !pipeline.assigns &&
      pipeline.variables.length > 0 &&
      !pipeline.variables.some((name) => assigned.has(name)) &&
      known(pipeline, inside(place)) === 'constant',
    valueOf: (pipeline, place) => known(pipeline, inside(place)),
  }
}

function inside(outside: Place): Inside {
  return { dot: outside.dot, outside, declared: new Map(), inLoop: false }
}

function knownOf(variable: string, { declared, outside }: Inside): Known {
  return declared.has(variable) ? declared.get(variable) : outside.known(variable)
}

/** The path of an operand in the data; undefined if it is unknown. */
function pathOf(operand: Operand | undefined, place: Inside): readonly string[] | undefined {
  if (operand?.kind === 'field') return place.dot === 'data' ? operand.names : undefined
  if (operand?.kind !== 'variable') return undefined
  const base = operand.name === '$' ? [] : knownOf(operand.name, place)
  return base === undefined || base === 'constant' ? undefined : [...base, ...operand.names]
}

/** Whether an operand is the data itself, so that a template called with it has the same `$`. */
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
  const visitPipeline = ({ assigns, variables, commands }: Pipeline): void => {
    if (assigns) for (const name of variables) names.add(name)
    for (const { operands } of commands) for (const operand of operands) visitOperand(operand)
  }
  const visitOperand = (operand: Operand): void => {
    if (operand.kind === 'pipeline') visitPipeline(operand.pipeline)
    else if (operand.kind === 'chain') visitOperand(operand.base)
  }
  const visitBody = (statements: readonly Statement[]): void => {
    for (const statement of statements) {
      if ('pipeline' in statement && statement.pipeline !== null) visitPipeline(statement.pipeline)
      if ('body' in statement) visitBody([...statement.body, ...(statement.otherwise ?? [])])
    }
  }
  visitBody(body)
  return names
}
