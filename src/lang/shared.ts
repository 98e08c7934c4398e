import { isPlain } from './json-data.ts'

/*
 * Values that many hold and nobody changes: blocks of YAML that come again and again, the values and the mesh of a snapshot. What is
 * derived from such a value may be cached by its identity, for as long as it lives.
 *
 * A value is shared because `share` was called with it. That it is frozen says nothing: its parts may still change, and whoever froze it
 * may drop it at once.
 */
const shared = new WeakSet<object>()

/**
 * Freezes a value at every depth and marks it, and every list and object in it, as shared. Gives the value itself. Instances of
 * classes in it are left as they are: they have to be immutable themselves.
 */
export function share<T>(value: T): T {
  if (typeof value !== 'object' || value === null || shared.has(value) || !(Array.isArray(value) || isPlain(value)))
    return value
  for (const item of Object.values(value)) share(item)
  shared.add(value)
  return Object.freeze(value)
}

/** Whether a value was given to `share`, by itself or as a part of another. Scalars are not. */
export function isShared(value: unknown): value is object {
  return typeof value === 'object' && value !== null && shared.has(value)
}
