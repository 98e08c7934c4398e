import { overridesAnnotation } from '../../istio/names.ts'
import { keyOf } from '../../kubernetes/merge/keys.ts'
import { type Child, childOf, itemOf, shapeOf } from '../../kubernetes/merge/shape.ts'
import { equal } from '../../kubernetes/patch/equal.ts'
import { annotation, annotationsOf, withAnnotations } from '../../kubernetes/pod/access.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import { isObject, type Json, type JsonObject, own } from '../../lang/json.ts'
import type { Reinvocation } from '../model/reinvocation.ts'

/**
 * The pod with all that others have changed since the first pass. A field is set again only if a first pass would give another
 * value now, and if it still has the value that the first pass gave.
 */
export function keepChanges({ present, outdated }: Reinvocation): Pod {
  if (outdated === undefined) return present
  const root: Child = { shape: shapeOf('Pod', 'replace'), list: { by: 'replace' }, zero: undefined }
  const kept: Pod = mergeObjects(root, { ...outdated, present })
  // The record of the pod author's containers is read by the next pass; in which order they were written isn't known any more.
  const record = annotation(outdated.now, overridesAnnotation)
  return record === undefined ? kept : withAnnotations(kept, { ...annotationsOf(kept), [overridesAnnotation]: record })
}

/** The three versions of a value; undefined where it is unset. */
interface Versions<T> {
  /** As the first pass gave it. */
  readonly first: T | undefined
  readonly present: T | undefined
  /** As a first pass gives it now. */
  readonly now: T | undefined
}

function mergeValues(child: Child, versions: Versions<Json>): Json | undefined {
  const { first, present, now } = versions
  if (isSame(present, now) || isSame(first, now)) return present
  if (isSame(present, first)) return now
  if (isObject(present) && isObject(now)) {
    return mergeObjects(child, { first: isObject(first) ? first : undefined, present, now })
  }
  if (Array.isArray(present) && Array.isArray(now) && child.list.by === 'key') {
    return mergeLists(child, child.list.key, { first: Array.isArray(first) ? first : [], present, now })
  }
  return present
}

function isSame(one: Json | undefined, other: Json | undefined): boolean {
  return one === undefined || other === undefined ? one === other : equal(one, other)
}

function mergeObjects({ shape }: Child, { first, present, now }: Versions<JsonObject>): JsonObject {
  const keys = new Set([...Object.keys(present ?? {}), ...Object.keys(now ?? {})])
  const union = shape?.kind === 'struct' ? shape.union()?.members : undefined
  // Of a union, one field may be set: the one that others set.
  const isOfOthers = (key: string) => own(present, key) !== undefined && !isSame(own(present, key), own(first, key))
  const kept = [...(union ?? [])].find(isOfOthers)
  const entries = [...keys].flatMap((key): readonly (readonly [string, Json])[] => {
    if (kept !== undefined && key !== kept && union?.has(key)) return []
    const versions = { first: own(first, key), present: own(present, key), now: own(now, key) }
    const merged = mergeValues(childOf(shape, key), versions)
    return merged === undefined ? [] : [[key, merged]]
  })
  return Object.fromEntries(entries)
}

/** Lists of items with a key: the present items in their order, and new ones before those that they precede now. */
function mergeLists({ shape }: Child, name: string, { first, present, now }: Versions<readonly Json[]>): Json {
  const [before, here, there] = [first, present, now].map((list) => byKey(list ?? [], name))
  if (before === undefined || here === undefined || there === undefined) return present ?? []
  const item = itemOf(shape)
  const merge = (key: string) =>
    mergeValues(item, { first: before.get(key), present: here.get(key), now: there.get(key) })
  const added = new Map<string | undefined, Json[]>()
  let next: string | undefined
  for (const key of [...there.keys()].toReversed()) {
    if (here.has(key)) next = key
    else added.set(next, [...defined(merge(key)), ...(added.get(next) ?? [])])
  }
  const merged = [...here.keys()].flatMap((key) => [...(added.get(key) ?? []), ...defined(merge(key))])
  return [...merged, ...(added.get(undefined) ?? [])]
}

function defined(value: Json | undefined): readonly Json[] {
  return value === undefined ? [] : [value]
}

/** The items of a list by their key; items that share one by their order. */
function byKey(list: readonly Json[], name: string): ReadonlyMap<string, Json> {
  const counts = new Map<string, number>()
  return new Map(
    list.map((item) => {
      const key = JSON.stringify(keyOf(item, name) ?? null)
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      return [`${key}#${count}`, item]
    }),
  )
}
