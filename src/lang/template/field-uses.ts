import type { Operand, Pipeline, Statement } from './ast.ts'
import { type Span, TemplateError } from './errors.ts'
import type { Tree } from './parser.ts'

/** A place where a template reads a field of its data: `.Spec.Containers` or `$.Spec.Containers`. */
export interface FieldUse {
  readonly names: readonly string[]
  /** An error at this place, for a field that doesn't exist. */
  fault(reason: string): TemplateError
}

/**
 * Every field that a template reads of its data, including those that its named templates read if they are called with that
 * data. Fields of variables, of list elements or within a `with` aren't included: their types are only known at run time.
 */
export function fieldUses(main: Tree, find: (name: string) => Tree | undefined): FieldUse[] {
  const walk = new Walk(find)
  walk.tree(main)
  return walk.uses
}

class Walk {
  readonly uses: FieldUse[] = []
  readonly #find: (name: string) => Tree | undefined
  readonly #seen = new Set<Tree>()

  constructor(find: (name: string) => Tree | undefined) {
    this.#find = find
  }

  tree(tree: Tree): void {
    if (this.#seen.has(tree)) return
    this.#seen.add(tree)
    this.#list(tree, tree.body, true)
  }

  /** `atRoot`: the dot is the data. */
  #list(tree: Tree, body: readonly Statement[], atRoot: boolean): void {
    for (const statement of body) this.#statement(tree, statement, atRoot)
  }

  #statement(tree: Tree, statement: Statement, atRoot: boolean): void {
    switch (statement.kind) {
      case 'action':
        this.#pipeline(tree, statement.pipeline, atRoot)
        return
      case 'template':
        if (statement.pipeline === null) return
        this.#pipeline(tree, statement.pipeline, atRoot)
        this.#call(statement.name, onlyOperand(statement.pipeline), atRoot)
        return
      case 'if':
      case 'with':
      case 'range':
        this.#pipeline(tree, statement.pipeline, atRoot)
        this.#list(tree, statement.body, atRoot && statement.kind === 'if')
        this.#list(tree, statement.otherwise ?? [], atRoot)
        return
      default:
    }
  }

  #pipeline(tree: Tree, pipeline: Pipeline, atRoot: boolean): void {
    for (const { operands } of pipeline.commands) {
      for (const operand of operands) this.#operand(tree, operand, atRoot)
      const [callee, name, data] = operands
      if (callee.kind === 'function' && callee.name === 'include' && name?.kind === 'string')
        this.#call(name.value, data, atRoot)
    }
  }

  #operand(tree: Tree, operand: Operand, atRoot: boolean): void {
    switch (operand.kind) {
      case 'field':
        if (atRoot) this.#use(tree, operand, operand.names)
        return
      case 'variable':
        if (operand.name === '$' && operand.names.length > 0) this.#use(tree, operand, operand.names)
        return
      case 'chain':
        this.#operand(tree, operand.base, atRoot)
        return
      case 'pipeline':
        this.#pipeline(tree, operand.pipeline, atRoot)
        return
      default:
    }
  }

  #use(tree: Tree, span: Span, names: readonly string[]): void {
    const { source, name } = tree
    const fault = (reason: string) => new TemplateError({ stage: 'parse', source, span, running: name, reason })
    this.uses.push({ names, fault })
  }

  /** A named template that is called with the data reads it like this one. */
  #call(name: string, data: Operand | undefined, atRoot: boolean): void {
    const isRoot =
      (data?.kind === 'dot' && atRoot) || (data?.kind === 'variable' && data.name === '$' && data.names.length === 0)
    const tree = isRoot ? this.#find(name) : undefined
    if (tree !== undefined) this.tree(tree)
  }
}

function onlyOperand({ commands }: Pipeline): Operand | undefined {
  const [{ operands }, ...more] = commands
  return more.length === 0 && operands.length === 1 ? operands[0] : undefined
}
