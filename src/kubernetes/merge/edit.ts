import type { Json, JsonObject } from '../../lang/json.ts'

/**
 * Replaces the values of these keys with what `edit` returns; undefined removes a key. Returns the object itself
 * if nothing changes.
 */
export function editObject(
  object: JsonObject,
  keys: Iterable<string>,
  edit: (key: string, value: Json | undefined) => Json | undefined,
): JsonObject {
  let result: Record<string, Json> | undefined
  for (const key of keys) {
    const before = Object.hasOwn(object, key) ? object[key] : undefined
    const after = edit(key, before)
    if (after === before) continue
    result ??= { ...object }
    if (after === undefined) delete result[key]
    else put(result, key, after)
  }
  return result ?? object
}

/**
 * Replaces the items of a list with what `edit` returns; undefined removes an item. Returns the list itself if nothing changes.
 */
export function editList(
  list: readonly Json[],
  edit: (item: Json, index: number) => Json | undefined,
): readonly Json[] {
  let result: Json[] | undefined
  list.forEach((item, index) => {
    const after = edit(item, index)
    if (after !== item) result ??= list.slice(0, index)
    if (after !== undefined) result?.push(after)
  })
  return result ?? list
}

/** Returns `before` if `after` has the same items, so that an unchanged list stays shared. */
export function sameOr(before: readonly Json[], after: readonly Json[]): readonly Json[] {
  return before.length === after.length && before.every((item, index) => item === after[index]) ? before : after
}

/** Assigning to `__proto__` would set the prototype; here it is a key like any other. */
function put(object: Record<string, Json>, key: string, value: Json): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true })
  else object[key] = value
}
