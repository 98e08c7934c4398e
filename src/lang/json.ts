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
export function lookupText(object: Json | undefined, ...path: readonly string[]): string {
  const value = lookup(object, ...path)
  return typeof value === 'string' ? value : ''
}
