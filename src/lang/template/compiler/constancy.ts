import type { Command, Operand, Pipeline, Statement } from '../ast.ts'
import type { Constants } from '../constants.ts'
import type { FunctionEntry } from '../functions.ts'

/*
 * Which parts of templates give the same from one render to the next, because they depend on constants of the data alone: on
 * fields that seldom differ, and on single keys of maps. It looks at how a template is written, and whatever it isn't sure of
 * varies. All of it holds where a template is rendered with the data as its `$`.
 */

/** What the dot is where a statement stands: the data of the render, something that depends on constants alone, or anything else. */
export type Dot = 'data' | 'constant' | 'varying'

/** What is known of a variable: that it depends on constants alone, or where in the data its value stands. */
export type Known = 'constant' | readonly string[] | undefined

/** What is known where a statement stands. */
export interface Place {
  readonly dot: Dot
  known(variable: string): Known
}

export interface Constancy {
  /** Whether a statement does nothing but write, and writes the same as long as the constants are the same. */
  writesTheSame(statement: Statement, place: Place): boolean
  /** Whether a statement does nothing but declare variables that hold the same as long as the constants are the same. */
  declaresTheSame(pipeline: Pipeline, assigned: ReadonlySet<string>, place: Place): boolean
  /** What is known of the value of a pipeline. */
  valueOf(pipeline: Pipeline, place: Place): Known
}

export interface ConstancyOptions {
  /** Is called for every key that something depends on. */
  readonly constants: Constants
  findFunction(name: string): FunctionEntry | undefined
  findBody(template: string): readonly Statement[] | undefined
}

/** A place within a statement that is looked at. */
interface Inside {
  readonly dot: Dot
  readonly outside: Place
  /** The variables that the statement itself has declared. */
  readonly declared: ReadonlyMap<string, Known>
  /** Whether `break` stays within the statement. */
  readonly inLoop: boolean
}

export function createConstancy({ constants, findFunction, findBody }: ConstancyOptions): Constancy {
  const templates = new Map<string, boolean>()

  const isConstantTemplate = (name: string): boolean => {
    const known = templates.get(name)
    if (known !== undefined) return known
    // One that calls itself is none.
    templates.set(name, false)
    const body = findBody(name)
    const result = body !== undefined && ofBlock(body, inside({ dot: 'data', known: () => undefined }))
    templates.set(name, result)
    return result
  }

  const ofBlock = (body: readonly Statement[], place: Inside): boolean => {
    const declared = new Map(place.declared)
    return body.every((statement) => ofStatement(statement, { ...place, declared }, declared))
  }

  /** `declares` gets the variables that the statements behind this one see. */
  const ofStatement = (statement: Statement, place: Inside, declares: Map<string, Known>): boolean => {
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
        const declared = new Map(place.declared)
        if (!ofPipeline(statement.pipeline, place)) return false
        for (const name of statement.pipeline.variables) declared.set(name, 'constant')
        const block = { ...place, declared }
        const dot = statement.kind === 'if' ? place.dot : 'constant'
        const inLoop = statement.kind === 'range' || place.inLoop
        return ofBlock(statement.body, { ...block, dot, inLoop }) && ofBlock(statement.otherwise ?? [], block)
      }
    }
  }

  const ofDeclaration = (pipeline: Pipeline, place: Inside, declares: Map<string, Known>): boolean => {
    if (pipeline.assigns)
      return pipeline.variables.every((name) => place.declared.get(name) === 'constant') && ofCommands(pipeline, place)
    const value = known(pipeline, place)
    for (const name of pipeline.variables) declares.set(name, value)
    return value === 'constant' || (value !== undefined && pipeline.variables.length > 0)
  }

  const known = (pipeline: Pipeline, place: Inside): Known => {
    if (ofCommands(pipeline, place)) return 'constant'
    const path = pathOf(onlyOperand(pipeline), place)
    return path !== undefined && constants.hasKeysBelow(path) ? path : undefined
  }

  const ofPipeline = (pipeline: Pipeline, place: Inside): boolean => !pipeline.assigns && ofCommands(pipeline, place)

  const ofCommands = ({ commands }: Pipeline, place: Inside): boolean =>
    commands.every((command) => ofCommand(command, place))

  const ofCommand = ({ operands: [first, ...args] }: Command, place: Inside): boolean => {
    const name = first.kind === 'function' ? first.name : ''
    const [map, key, ...others] = args
    if (name === 'include' && map?.kind === 'string')
      return args.length === 2 && isData(key, place) && isConstantTemplate(map.value)
    if (readsConstantKey(name, map, key, place)) return others.every((operand) => ofOperand(operand, place))
    return ofOperand(first, place) && args.every((operand) => ofOperand(operand, place))
  }

  /** Whether a function reads a key, which stands there as a text, of a map whose keys are constants. */
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

  const ofOperand = (operand: Operand, place: Inside): boolean => {
    switch (operand.kind) {
      case 'function': {
        const fn = findFunction(operand.name)?.fn
        return fn !== undefined && !fn.varies && !fn.notes
      }
      case 'chain':
        return ofOperand(operand.base, place)
      case 'pipeline':
        return operand.pipeline.variables.length === 0 && ofCommands(operand.pipeline, place)
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
    writesTheSame: (statement, place) =>
      // What it declares is needed by the statements behind it.
      !(statement.kind === 'action' && statement.pipeline.variables.length > 0) &&
      ofStatement(statement, inside(place), new Map()),
    declaresTheSame: (pipeline, assigned, place) =>
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

/** Where in the data an operand stands; undefined where it is unknown. */
function pathOf(operand: Operand | undefined, place: Inside): readonly string[] | undefined {
  if (operand?.kind === 'field') return place.dot === 'data' ? operand.names : undefined
  if (operand?.kind !== 'variable') return undefined
  const base = operand.name === '$' ? [] : knownOf(operand.name, place)
  return base === undefined || base === 'constant' ? undefined : [...base, ...operand.names]
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
