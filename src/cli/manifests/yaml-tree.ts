import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  Pair,
  parseDocument,
  Scalar,
  visit,
  YAMLMap,
  YAMLSeq,
} from 'yaml'
import type { Operation } from '../../kubernetes/patch/operation.ts'
import { isObject, type Json } from '../../lang/json.ts'
import { styleOf } from '../../lang/yaml/scalar-style.ts'

// Only the tree of a text is wanted here, with its comments: what scalars mean was read by Kubernetes' rules before. So all
// of them are texts that are written as they stand, and nothing for one that isn't there (`key:`).
const nothing = {
  identify: (value: unknown) => value === null,
  default: true as const,
  tag: 'tag:yaml.org,2002:null',
  test: /^$/,
  resolve: () => new Scalar(null),
  stringify: ({ source }: Scalar) => source ?? '',
}

// What a few lines of aliases may stand for.
const maxAliased = 10_000

/** The tree of a text; undefined when it can't be had. Aliases are replaced by what they stand for. */
export function parseTree(text: string): Document.Parsed | undefined {
  const tree = parseDocument(text, {
    schema: 'failsafe',
    customTags: (tags) => [...tags, nothing],
    uniqueKeys: false,
    strict: false,
    logLevel: 'silent',
  })
  return tree.errors.length === 0 && resolveAliases(tree) ? tree : undefined
}

/** A key and, on the next line that isn't empty or a comment, the first item of its list, so much deeper. */
function listBelow(deeper: string): RegExp {
  return new RegExp(`^( *)[^\\s#-][^\\n]*:[ \\t]*\\r?\\n(?:[ \\t]*(?:#[^\\n]*)?\\r?\\n)*\\1${deeper}- `, 'm')
}

/** How far the lines of a text are indented, the least. */
function indentOf(text: string): number {
  let least: number | undefined
  for (const [, spaces = ''] of text.matchAll(/^( {2,8})[^\s#]/gm)) least = Math.min(least ?? 8, spaces.length)
  return least ?? 2
}

/** The text of a tree, with the indentation that `like` has. */
export function writeTree(tree: Document.Parsed, like: string): string {
  // Lists stand at the column of their key, as Kubernetes' own tools write them, unless here they only ever stand deeper.
  const indentSeq = listBelow(' +').test(like) && !listBelow('').test(like)
  const text = tree.toString({ lineWidth: 0, indent: indentOf(like), indentSeq, flowCollectionPadding: false })
  return like.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text
}

/** Makes the changes of a JSON patch in a tree. Gives whether all of them found their place. */
export function changeTree(tree: Document.Parsed, operations: readonly Operation[]): boolean {
  return operations.every((operation) => {
    const path = steps(operation.path)
    if (operation.op === 'remove') return remove(tree, path) !== undefined
    if (operation.op === 'move') {
      const moved = remove(tree, steps(operation.from))
      return moved !== undefined && add(tree, path, moved)
    }
    const node = toNode(operation.value)
    return operation.op === 'add' ? add(tree, path, node) : replace(tree, path, node)
  })
}

function steps(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function add(tree: Document.Parsed, path: readonly string[], node: Node): boolean {
  const parent = nodeAt(tree, path.slice(0, -1))
  const step = path.at(-1) ?? ''
  // What was written as `{...}` on one line gets lines of its own: so much is added that nobody could read that line.
  for (let depth = 0; depth < path.length; depth++) {
    const around = nodeAt(tree, path.slice(0, depth))
    if (isCollection(around)) around.flow = false
  }
  if (isMap(parent)) parent.items.push(new Pair(textNode(step, true), node))
  else if (isSeq(parent)) insert(parent, Number(step), node)
  else return false
  return true
}

function insert(list: YAMLSeq, place: number, node: Node): void {
  const [first] = list.items
  // A comment above the first item is about that one.
  if (place === 0 && (isMap(first) || isScalar(first)) && list.commentBefore) {
    first.commentBefore = list.commentBefore
    list.commentBefore = null
  }
  list.items.splice(place, 0, node)
}

function replace(tree: Document.Parsed, path: readonly string[], node: Node): boolean {
  const parent = nodeAt(tree, path.slice(0, -1))
  const step = path.at(-1) ?? ''
  if (isMap(parent)) {
    const pair = pairOf(parent, step)
    if (pair === undefined) return false
    keepComment(pair.value, node)
    pair.value = node
    return true
  }
  if (!isSeq(parent) || Number(step) >= parent.items.length) return false
  keepComment(parent.items[Number(step)], node)
  parent.items[Number(step)] = node
  return true
}

function keepComment(before: unknown, after: Node): void {
  if (isScalar(before) && isScalar(after) && before.comment) after.comment = before.comment
}

function remove(tree: Document.Parsed, path: readonly string[]): Node | undefined {
  const parent = nodeAt(tree, path.slice(0, -1))
  const step = path.at(-1) ?? ''
  if (isSeq(parent)) return asNode(parent.items.splice(Number(step), 1)[0])
  if (!isMap(parent)) return undefined
  const pair = pairOf(parent, step)
  // Of equal keys all go: only the last one counted.
  parent.items = parent.items.filter((item) => !isKey(item, step))
  return asNode(pair?.value)
}

function nodeAt(tree: Document.Parsed, path: readonly string[]): unknown {
  let node: unknown = tree.contents
  for (const step of path) {
    if (isMap(node)) node = pairOf(node, step)?.value
    else if (isSeq(node)) node = node.items[Number(step)]
    else return undefined
  }
  return node
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.findLast((item) => isKey(item, key))
}

function isKey(pair: Pair, key: string): boolean {
  return isScalar(pair.key) && pair.key.value === key
}

function asNode(value: unknown): Node | undefined {
  return isMap(value) || isSeq(value) || isScalar(value) ? value : undefined
}

/** The node of a new value. */
function toNode(value: Json): Node {
  if (typeof value === 'string') return textNode(value, false)
  if (Array.isArray(value)) {
    const list = new YAMLSeq()
    list.items = value.map(toNode)
    return list
  }
  if (!isObject(value)) return styled(String(value), Scalar.PLAIN)
  const map = new YAMLMap()
  map.items = Object.entries(value).map(([key, item]) => new Pair(textNode(key, true), toNode(item)))
  return map
}

const styles = {
  plain: Scalar.PLAIN,
  single: Scalar.QUOTE_SINGLE,
  double: Scalar.QUOTE_DOUBLE,
  literal: Scalar.BLOCK_LITERAL,
} as const

function textNode(text: string, isKey: boolean): Scalar {
  return styled(text, styles[styleOf(text, isKey)])
}

function styled(text: string, style: Scalar.Type): Scalar {
  const scalar = new Scalar(text)
  scalar.type = style
  return scalar
}

/** Replaces aliases and merge keys by what they stand for, so that a change at one place is none at another. */
function resolveAliases(tree: Document.Parsed): boolean {
  let left = maxAliased
  let hasAliases = false
  visit(tree, {
    Node: (_, node) => {
      if (hasAliases && --left < 0) return visit.BREAK
      if (!isAlias(node)) return undefined
      hasAliases = true
      const target = node.resolve(tree)?.clone()
      return isMap(target) || isSeq(target) || isScalar(target) ? target : visit.BREAK
    },
  })
  if (left < 0) return false
  if (!hasAliases) return true
  visit(tree, {
    Node: (_, node) => {
      if ('anchor' in node) delete node.anchor
    },
    Map: (_, map) => spreadMerged(map),
  })
  return true
}

function spreadMerged(map: YAMLMap): void {
  const merged = map.items.filter((pair) => isKey(pair, '<<'))
  if (merged.length === 0) return
  map.items = map.items.filter((pair) => !isKey(pair, '<<'))
  for (const { value } of merged) {
    for (const source of isSeq(value) ? value.items : [value]) {
      if (!isMap(source)) continue
      const known = (pair: Pair) => isScalar(pair.key) && pairOf(map, String(pair.key.value)) !== undefined
      map.items.push(...source.items.filter((pair) => !known(pair)))
    }
  }
}
