import { isObject, type Json, type JsonObject } from '../../lang/json.ts'
import { type Key, keyOf } from '../merge/keys.ts'
import { type Child, childOf, itemOf, type Shape, shapeOf } from '../merge/shape.ts'
import { equal } from './equal.ts'
import { type Operation, pointer } from './operation.ts'
import { reorder } from './reorder.ts'

/**
 * The JSON patch that turns one pod into another; empty if they are equal. Applying it gives exactly `after`, except
 * for `metadata.managedFields`, which is ignored.
 *
 * Lists that Kubernetes merges by key (containers, volumes, env) are compared by that key: an item inserted before
 * others is one `add`, an item that moves is one `move`, and such a list is never replaced as a whole. Subtrees that
 * both pods share are skipped, so the time depends on what changed. The patch doesn't depend on the order of keys in
 * objects.
 */
export function diffPod(before: JsonObject, after: JsonObject): Operation[] {
  const operations: Operation[] = []
  diffObject(shapeOf('Pod'), before, after, '', operations)
  return operations
}

function diffValue(child: Child, before: Json, after: Json, path: string, operations: Operation[]): void {
  if (before === after) return
  if (isObject(before) && isObject(after)) diffObject(child.shape, before, after, path, operations)
  else if (Array.isArray(before) && Array.isArray(after)) diffList(child, before, after, path, operations)
  else operations.push({ op: 'replace', path, value: after })
}

function diffObject(shape: Shape, before: JsonObject, after: JsonObject, path: string, operations: Operation[]): void {
  for (const key of changedKeys(before, after)) {
    const at = pointer(path, key)
    if (at === '/metadata/managedFields') continue
    const old = Object.hasOwn(before, key) ? before[key] : undefined
    const value = Object.hasOwn(after, key) ? after[key] : undefined
    if (value === undefined) operations.push({ op: 'remove', path: at })
    else if (old === undefined) operations.push({ op: 'add', path: at, value })
    else diffValue(childOf(shape, key), old, value, at, operations)
  }
}

/** Sorted, so that the patch doesn't depend on the order of keys. */
function changedKeys(before: JsonObject, after: JsonObject): readonly string[] {
  const changed: string[] = []
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key) || before[key] !== after[key]) changed.push(key)
  for (const key of Object.keys(after)) if (!Object.hasOwn(before, key)) changed.push(key)
  return changed.sort()
}

function diffList(
  { shape, list }: Child,
  before: readonly Json[],
  after: readonly Json[],
  path: string,
  operations: Operation[],
): void {
  const item = itemOf(shape)
  const oldKeys = list.by === 'key' ? keysOf(before, list.key) : undefined
  const newKeys = list.by === 'key' ? keysOf(after, list.key) : undefined
  if (oldKeys !== undefined && newKeys !== undefined)
    diffByKey(item, { before, oldKeys, after, newKeys }, path, operations)
  else diffByIndex(item, before, after, path, operations)
}

/** The keys of a list's items; undefined if an item has none, or if the list is empty. */
function keysOf(list: readonly Json[], name: string): readonly Key[] | undefined {
  if (list.length === 0) return undefined
  const keys: Key[] = []
  for (const item of list) {
    const key = keyOf(item, name)
    if (key === undefined) return undefined
    keys.push(key)
  }
  return keys
}

interface KeyedLists {
  readonly before: readonly Json[]
  readonly oldKeys: readonly Key[]
  readonly after: readonly Json[]
  readonly newKeys: readonly Key[]
}

function diffByKey(item: Child, lists: KeyedLists, path: string, operations: Operation[]): void {
  const partners = pairUp(lists.oldKeys, lists.newKeys)
  for (const step of reorder(lists.before.length, partners)) {
    if (step.kind === 'remove') operations.push({ op: 'remove', path: pointer(path, step.at) })
    else if (step.kind === 'move')
      operations.push({ op: 'move', from: pointer(path, step.from), path: pointer(path, step.to) })
    else {
      const value = lists.after[step.item]
      if (value !== undefined) operations.push({ op: 'add', path: pointer(path, step.at), value })
    }
  }
  partners.forEach((partner, index) => {
    const [old, value] = [partner === undefined ? undefined : lists.before[partner], lists.after[index]]
    if (old !== undefined && value !== undefined) diffValue(item, old, value, pointer(path, index), operations)
  })
}

/** The index of the old item for each new item. Duplicate keys pair up in order. */
function pairUp(oldKeys: readonly Key[], newKeys: readonly Key[]): readonly (number | undefined)[] {
  const places = new Map<Key, number[]>()
  for (let index = oldKeys.length - 1; index >= 0; index--) {
    const key = oldKeys[index]
    if (key === undefined) continue
    const stack = places.get(key)
    if (stack === undefined) places.set(key, [index])
    else stack.push(index)
  }
  return newKeys.map((key) => places.get(key)?.pop())
}

/** Compares items by index, except equal items at both ends, or replaces the whole list if that makes the shorter patch. */
function diffByIndex(
  item: Child,
  before: readonly Json[],
  after: readonly Json[],
  path: string,
  operations: Operation[],
): void {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && equalAt(before, start, after, start)) start++
  let tail = 0
  while (tail < shorter - start && equalAt(before, before.length - 1 - tail, after, after.length - 1 - tail)) tail++
  const single: Operation[] = []
  for (let index = start; index < shorter - tail; index++) {
    const [old, value] = [before[index], after[index]]
    if (old !== undefined && value !== undefined) diffValue(item, old, value, pointer(path, index), single)
  }
  for (let index = before.length - tail - 1; index >= shorter - tail; index--)
    single.push({ op: 'remove', path: pointer(path, index) })
  after.slice(shorter - tail, after.length - tail).forEach((value, offset) => {
    single.push({ op: 'add', path: pointer(path, shorter - tail + offset), value })
  })
  const whole: Operation[] = [{ op: 'replace', path, value: after }]
  const wholeIsSmaller = single.length > 1 && JSON.stringify(whole).length < JSON.stringify(single).length
  operations.push(...(wholeIsSmaller ? whole : single))
}

function equalAt(before: readonly Json[], left: number, after: readonly Json[], right: number): boolean {
  const [old, value] = [before[left], after[right]]
  return old !== undefined && value !== undefined && equal(old, value)
}
