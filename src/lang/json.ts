/** A JSON value as `JSON.parse` gives it; never changed by this project's own code. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

export interface JsonObject {
  readonly [key: string]: Json
}

/** Whether a value is an object with keys (not null, not a list). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An own property of an object: keys come from outside, so nothing is ever read from a prototype. */
export function own<T>(object: { readonly [key: string]: T } | undefined | null, key: string): T | undefined {
  return object !== undefined && object !== null && Object.hasOwn(object, key) ? object[key] : undefined
}

/** The entries of a table of this project's own, with its keys by their type. */
export function entriesOf<K extends string, V>(table: Readonly<Record<K, V>>): [K, V][] {
  // A table that is written in the code has no keys but those of its type.
  return Object.entries<V>(table) as [K, V][]
}

/** A table of this project's own with other values under the same keys. */
export function mapTable<K extends string, V, R>(
  table: Readonly<Record<K, V>>,
  map: (value: V, key: K) => R,
): Record<K, R> {
  // Each key of the table is there once.
  return Object.fromEntries(entriesOf(table).map(([key, value]) => [key, map(value, key)])) as Record<K, R>
}

/** Labels, annotations, environment pairs: texts by name. */
export interface StringMap {
  readonly [key: string]: string
}

/** The value at a path of keys, undefined where an object on the way is missing. */
export function lookup(object: Json | undefined, ...path: readonly string[]): Json | undefined {
  let value = object
  for (const key of path) {
    if (!isObject(value)) return undefined
    value = own(value, key)
  }
  return value
}

/** The text at a path of keys; the empty text where there is none. */
export function lookupString(object: Json | undefined, ...path: readonly string[]): string {
  const value = lookup(object, ...path)
  return typeof value === 'string' ? value : ''
}
