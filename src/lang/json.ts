/** A JSON value as returned by `JSON.parse`; never modified by this project's code. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

export interface JsonObject {
  readonly [key: string]: Json
}

/** Whether a value is an object with keys (not null, not a list). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An own property of an object: keys are external input, so the prototype is never read. */
export function own<T>(object: { readonly [key: string]: T } | undefined | null, key: string): T | undefined {
  return object !== undefined && object !== null && Object.hasOwn(object, key) ? object[key] : undefined
}

/** The entries of a table in this project's code, with typed keys. */
export function entriesOf<K extends string, V>(table: Readonly<Record<K, V>>): [K, V][] {
  // A table in code has only the keys of its type.
  return Object.entries<V>(table) as [K, V][]
}

/** Maps the values of a table in this project's code. */
export function mapTable<K extends string, V, R>(
  table: Readonly<Record<K, V>>,
  map: (value: V, key: K) => R,
): Record<K, R> {
  // The result has exactly the keys of the table.
  return Object.fromEntries(entriesOf(table).map(([key, value]) => [key, map(value, key)])) as Record<K, R>
}

/** Strings by name: labels, annotations, environment variables. */
export interface StringMap {
  readonly [key: string]: string
}

/** The value at a path of keys; undefined if an object on the path is missing. */
export function lookup(object: Json | undefined, ...path: readonly string[]): Json | undefined {
  let value = object
  for (const key of path) {
    if (!isObject(value)) return undefined
    value = own(value, key)
  }
  return value
}

/** The string at a path of keys; empty if there is none. */
export function lookupString(object: Json | undefined, ...path: readonly string[]): string {
  const value = lookup(object, ...path)
  return typeof value === 'string' ? value : ''
}
