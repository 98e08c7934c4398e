import { isPlain } from './json-data.ts'

/*
 * Immutable values that are used in many places: recurring blocks of YAML, the values and the mesh of a snapshot.
 * Anything derived from such a value may be cached by its identity for as long as it lives.
 *
 * A value is shared only if `share` was called with it. A frozen value isn't enough: its parts may still change, and it
 * may be short-lived.
 */
const shared = new WeakSet<object>()

/**
 * Freezes a value at every depth and marks it, and every list and object in it, as shared. Returns the value itself.
 * Instances of classes are left as they are: they must be immutable themselves.
 */
export function share<T>(value: T): T {
  if (typeof value !== 'object' || value === null || shared.has(value) || !(Array.isArray(value) || isPlain(value)))
    return value
  for (const item of Object.values(value)) share(item)
  shared.add(value)
  return Object.freeze(value)
}

/** Whether a value was passed to `share`, by itself or as part of another. False for scalars. */
export function isShared(value: unknown): value is object {
  return typeof value === 'object' && value !== null && shared.has(value)
}
