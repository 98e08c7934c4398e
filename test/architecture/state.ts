import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'

/** A place in the code that can hold something from one call to the next. */
export interface State {
  readonly file: string
  /** The variable, field or function that holds it. */
  readonly name: string
}

const collections: ReadonlySet<string> = new Set(['Map', 'Set', 'WeakMap', 'WeakSet', 'Array', 'BoundedCache'])
/** Whoever has one of these caches something, wherever it stands. */
const caches: ReadonlySet<string> = new Set(['WeakMap', 'WeakSet', 'BoundedCache'])

/**
 * All caches in the files of some folders, and all variables of modules that can change: what is declared with `let`, collections
 * whose type isn't a read-only one, and what comes from a function whose result holds on to a variable of its own.
 */
export function findState(root: string, folders: readonly string[]): readonly State[] {
  const trees = folders.flatMap((folder) => parseFolder(join(root, folder)))
  const makers = makersIn(trees)
  return trees.flatMap((tree) => namesIn(tree, makers).map((name) => ({ file: relative(root, tree.fileName), name })))
}

/** The names of the same in files that were parsed. */
export function stateOf(trees: readonly ts.SourceFile[]): readonly string[] {
  return trees.flatMap((tree) => namesIn(tree, makersIn(trees)))
}

function parseFolder(folder: string): readonly ts.SourceFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true))
}

function makersIn(trees: readonly ts.SourceFile[]): ReadonlySet<string> {
  return new Set(trees.flatMap(statefulFunctions))
}

function namesIn(tree: ts.SourceFile, makers: ReadonlySet<string>): readonly string[] {
  return [...new Set([...changeableVariables(tree, makers), ...cacheNames(tree)])]
}

/** The functions of a module that return something which refers to a variable of theirs that can change. */
function statefulFunctions(tree: ts.SourceFile): readonly string[] {
  return tree.statements.flatMap((statement) => {
    if (!ts.isFunctionDeclaration(statement) || statement.body === undefined) return []
    const own = statement.body.statements.filter(ts.isVariableStatement).flatMap(changeableNames)
    const results = statement.body.statements.filter(ts.isReturnStatement)
    const escapes = own.some((name) => results.some((result) => closesOver(result, name)))
    return escapes && statement.name !== undefined ? [statement.name.text] : []
  })
}

function closesOver(node: ts.Node, name: string, inFunction = false): boolean {
  if (inFunction && ts.isIdentifier(node) && node.text === name) return true
  const inside = inFunction || ts.isFunctionLike(node)
  return ts.forEachChild(node, (child) => closesOver(child, name, inside) || undefined) ?? false
}

function changeableVariables(tree: ts.SourceFile, makers: ReadonlySet<string>): readonly string[] {
  return tree.statements.filter(ts.isVariableStatement).flatMap((statement) => [
    ...changeableNames(statement),
    ...statement.declarationList.declarations.flatMap(({ name, type, initializer }) => {
      const call = initializer !== undefined && ts.isCallExpression(initializer) ? initializer.expression : undefined
      return call !== undefined && ts.isIdentifier(call) && makers.has(call.text) && !isReadonly(type)
        ? [name.getText()]
        : []
    }),
  ])
}

/** The variables of a declaration that can change, or whose collection can. */
function changeableNames({ declarationList }: ts.VariableStatement): readonly string[] {
  const isLet = (declarationList.flags & ts.NodeFlags.Let) !== 0
  return declarationList.declarations
    .filter(
      ({ type, initializer }) => isLet || (!isReadonly(type) && initializer !== undefined && isCollection(initializer)),
    )
    .map(({ name }) => name.getText())
}

function isReadonly(type: ts.TypeNode | undefined): boolean {
  return type !== undefined && /^(Readonly|readonly )/.test(type.getText())
}

function isCollection(node: ts.Node): boolean {
  if (ts.isNewExpression(node)) return collections.has(node.expression.getText())
  return ts.isArrayLiteralExpression(node) && node.elements.length === 0
}

/** What each cache of a file is kept in: the variable or field. */
function cacheNames(tree: ts.SourceFile): readonly string[] {
  const names: string[] = []
  if (![...caches].some((cache) => tree.text.includes(`new ${cache}`))) return names
  const visit = (node: ts.Node, holder: string): void => {
    const inner = ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node) ? node.name.getText() : holder
    if (ts.isNewExpression(node) && caches.has(node.expression.getText())) names.push(inner)
    ts.forEachChild(node, (child) => visit(child, inner))
  }
  visit(tree, '')
  return names
}
