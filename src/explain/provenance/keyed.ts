import { type Child, childOf, itemOf, type Shape, shapeOf } from '../../kubernetes/merge/shape.ts'
import { isObject, type Json, type JsonObject } from '../../lang/json.ts'

/** Keys from the pod to a value, items of a list by their merge key. */
export type KeyedPath = readonly string[]

/** A leaf (a scalar, or an empty list or object) that differs between two pods; undefined if one doesn't have it. */
export interface Change {
  readonly path: KeyedPath
  readonly before: Json | undefined
  readonly after: Json | undefined
}

/** A leaf of a document, and its path with indexes. */
export interface Leaf {
  readonly path: KeyedPath
  readonly place: readonly string[]
  readonly value: Json
}

const pod: Child = { shape: shapeOf('Pod'), list: { by: 'replace' }, zero: undefined }

/** A JSON pointer of keys: see `FieldOrigin.path`. */
export function pointer(path: KeyedPath): string {
  let text = ''
  for (const key of path) text += `/${/[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key}`
  return text
}

/** The keys of a JSON pointer. */
export function keysOf(pointer: string): KeyedPath {
  const steps = pointer.split('/').slice(1)
  return pointer.includes('~') ? steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')) : steps
}

/** Every leaf in which two pods differ. Identical objects are skipped. */
export function changesBetween(before: JsonObject, after: JsonObject): readonly Change[] {
  const changes: Change[] = []
  compare(pod, before, after, [], changes)
  return changes
}

/** All leaves of a pod or a partial pod. */
export function leavesOf(document: JsonObject): readonly Leaf[] {
  const leaves: Leaf[] = []
  collect(pod, document, [], [], leaves)
  return leaves
}

interface Entry {
  readonly key: string
  /** The key of an object, or the index in a list. */
  readonly place: string
  readonly value: Json
  readonly child: Child
}

function compare(
  child: Child,
  before: Json | undefined,
  after: Json | undefined,
  path: KeyedPath,
  changes: Change[],
): void {
  if (before === after) return
  const [was, is] = [isLeaf(before), isLeaf(after)]
  if (was || is) {
    const same = was && is && JSON.stringify(before) === JSON.stringify(after)
    if (!same) changes.push({ path, before: was ? before : undefined, after: is ? after : undefined })
    if (was && is) return
  }
  const [left, right] = [entriesOf(child, before ?? null), entriesOf(child, after ?? null)]
  const remaining = new Map(left.map((entry) => [entry.key, entry]))
  for (const entry of right) {
    compare(entry.child, remaining.get(entry.key)?.value, entry.value, [...path, entry.key], changes)
    remaining.delete(entry.key)
  }
  for (const entry of remaining.values()) compare(entry.child, entry.value, undefined, [...path, entry.key], changes)
}

function collect(child: Child, value: Json, path: KeyedPath, place: readonly string[], leaves: Leaf[]): void {
  if (isLeaf(value)) leaves.push({ path, place, value })
  for (const entry of entriesOf(child, value))
    collect(entry.child, entry.value, [...path, entry.key], [...place, entry.place], leaves)
}

function isLeaf(value: Json | undefined): value is Json {
  return value !== undefined && (typeof value !== 'object' || value === null || isEmpty(value))
}

/** Whether a value is an empty object or list. */
export function isEmpty(value: Json | undefined): boolean {
  if (typeof value !== 'object' || value === null) return false
  return (Array.isArray(value) ? value : Object.keys(value)).length === 0
}

function entriesOf({ shape, list }: Child, value: Json): readonly Entry[] {
  if (isObject(value))
    return Object.entries(value).map(([key, item]) => ({ key, place: key, value: item, child: childOf(shape, key) }))
  if (!Array.isArray(value)) return []
  const counts = new Map<string, number>()
  return value.map((item: Json, index) => {
    const key = keyOfItem(list, item, index)
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    return { key: count === 1 ? key : `${key}#${count}`, place: String(index), value: item, child: childOfItem(shape) }
  })
}

function childOfItem(shape: Shape): Child {
  return itemOf(shape)
}

function keyOfItem(list: Child['list'], item: Json, index: number): string {
  if (list.by === 'value' && typeof item !== 'object') return String(item)
  const key = list.by === 'key' && isObject(item) && Object.hasOwn(item, list.key) ? item[list.key] : undefined
  return key === undefined || typeof key === 'object' ? String(index) : String(key)
}
