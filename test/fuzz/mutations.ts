import fc from 'fast-check'
import { isObject, type Json } from '../../src/lang/json.ts'
import { hostileValue } from '../properties/arbitrary-annotations.ts'

/* Mutations of real JSON documents: values are moved, replaced, nested and renamed as no client would. */

/** A change of one value of a document, by its index among all values. */
export interface Mutation {
  readonly at: number
  /** `everywhere` adds its key and value to every object. */
  readonly how: 'replace' | 'remove' | 'rename' | 'add' | 'copy' | 'wrap' | 'twice' | 'everywhere'
  readonly key: string
  readonly value: Json
}

const keys = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'hasOwnProperty',
    'toString',
    'length',
    '',
    '$patch',
    '$retainKeys',
  ),
  fc.constantFrom(
    'name',
    'metadata',
    'spec',
    'containers',
    'initContainers',
    'env',
    'annotations',
    'labels',
    'uid',
    'request',
  ),
  hostileValue,
)

// JSON.stringify can't write these: they are inserted into its output.
const raw = (text: string) => `@raw ${text}@`
const rawTexts = /"@raw (.*?)@"/g
const deep = (count: number, open: string, inner: string, close: string) =>
  `${open.repeat(count)}${inner}${close.repeat(count)}`
const rawValues = [
  '1e999',
  '-1e999',
  '9007199254740993',
  '123456789012345678901234567890',
  '-0',
  '1E-400',
  '"\\ud800"',
  '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
  '{"a":1,"a":{"a":2},"a":null}',
]

export const value: fc.Arbitrary<Json> = fc.oneof(
  {
    arbitrary: fc.constantFrom<Json>(null, true, false, 0, -1, 1.5, 2 ** 53, '', [], {}, [[]], [null], [{}], {
      name: null,
    }),
    weight: 4,
  },
  { arbitrary: fc.constantFrom(...rawValues).map(raw), weight: 2 },
  { arbitrary: fc.constantFrom(10, 60, 2_000).map((count) => raw(deep(count, '[', '', ']'))), weight: 1 },
  { arbitrary: fc.constantFrom(10, 60, 2_000).map((count) => raw(deep(count, '{"a":', '1', '}'))), weight: 1 },
  { arbitrary: hostileValue, weight: 4 },
  { arbitrary: fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>, weight: 1 },
)

const hows: readonly Mutation['how'][] = ['replace', 'replace', 'remove', 'rename', 'add', 'copy', 'wrap', 'twice']

export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({
    at: fc.nat(1_000_000),
    how: fc.oneof(
      { arbitrary: fc.constantFrom<Mutation['how'][]>(...hows), weight: 30 },
      { arbitrary: fc.constant<Mutation['how']>('everywhere'), weight: 1 },
    ),
    key: keys,
    value,
  }),
  { minLength: 1, maxLength: 6 },
)

/** A document with these changes as JSON, in which keys may be duplicate. */
export function mutate(document: Json, changes: readonly Mutation[]): string {
  const changed = changes.reduce((tree, change) => apply(tree, change), treeOf(document))
  return write(changed).replace(rawTexts, (_, text: string) => JSON.parse(`"${text}"`))
}

/** A document with objects as lists of pairs, so that keys can be duplicate and `__proto__` is an ordinary key. */
type Tree =
  | { readonly pairs: readonly (readonly [string, Tree])[] }
  | { readonly items: readonly Tree[] }
  | { readonly leaf: Json }

function treeOf(json: Json): Tree {
  if (Array.isArray(json)) return { items: json.map((item: Json) => treeOf(item)) }
  if (!isObject(json)) return { leaf: json }
  return { pairs: Object.entries(json).map(([key, inner]) => [key, treeOf(inner)] as const) }
}

function write(tree: Tree): string {
  if ('leaf' in tree) return JSON.stringify(tree.leaf)
  if ('items' in tree) return `[${tree.items.map(write).join(',')}]`
  return `{${tree.pairs.map(([key, inner]) => `${JSON.stringify(key)}:${write(inner)}`).join(',')}}`
}

function apply(tree: Tree, change: Mutation): Tree {
  if (change.how === 'everywhere') return inEachObject(tree, [change.key, treeOf(change.value)])
  const place = { left: change.at % count(tree) }
  return visit(tree, change, place) ?? treeOf(change.value)
}

function inEachObject(tree: Tree, pair: readonly [string, Tree]): Tree {
  if ('leaf' in tree) return tree
  if ('items' in tree) return { items: tree.items.map((item) => inEachObject(item, pair)) }
  return { pairs: [pair, ...tree.pairs.map(([key, inner]) => [key, inEachObject(inner, pair)] as const)] }
}

function count(tree: Tree): number {
  return 1 + childrenOf(tree).reduce((sum, child) => sum + count(child), 0)
}

function childrenOf(tree: Tree): readonly Tree[] {
  if ('leaf' in tree) return []
  return 'items' in tree ? tree.items : tree.pairs.map(([, inner]) => inner)
}

/** The tree with the change made where `place.left` has counted down to 0; undefined if that removes the tree itself. */
function visit(tree: Tree, change: Mutation, place: { left: number }): Tree | undefined {
  if (place.left-- === 0) return changed(tree, change)
  if ('leaf' in tree) return tree
  if ('items' in tree) return { items: tree.items.flatMap((item) => around(item, change, place)) }
  return {
    pairs: tree.pairs.flatMap(([key, inner]) => {
      const hit = place.left === 0
      const results = around(inner, change, place)
      return results.map((child) => [hit && change.how === 'rename' ? change.key : key, child] as const)
    }),
  }
}

function around(tree: Tree, change: Mutation, place: { left: number }): readonly Tree[] {
  if (place.left < 0) return [tree]
  const hit = place.left === 0
  const results = visit(tree, change, place)
  if (results === undefined) return []
  return hit && change.how === 'twice' ? [tree, results] : [results]
}

function changed(tree: Tree, { how, key, value: replacement }: Mutation): Tree | undefined {
  if (how === 'remove') return undefined
  if (how === 'replace') return treeOf(replacement)
  if (how === 'wrap') return { pairs: [[key, tree]] }
  if (how === 'copy' && 'items' in tree) return { items: [...tree.items, ...tree.items] }
  if (how === 'add' && 'items' in tree) return { items: [treeOf(replacement), ...tree.items] }
  if (how === 'add' && 'pairs' in tree) return { pairs: [[key, treeOf(replacement)], ...tree.pairs] }
  return tree
}

/** A document with these changes, as JSON.parse reads it. */
export function mutated(document: Json, changes: readonly Mutation[]): Json {
  return JSON.parse(mutate(document, changes)) as Json
}
