/*
 * merge sets keys that are empty in the destination, mergeOverwrite sets all of them. Both change the destination, and
 * don't copy values.
 */

import { Complex } from '../../go/complex.ts'
import { FunctionError } from '../errors.ts'
import { defineWithRuntime, type FunctionTable } from '../functions.ts'
import {
  type GoFunction,
  type GoMap,
  getKey,
  goType,
  isMap,
  isTrue,
  nilMark,
  type Runtime,
  setKey,
  type Value,
} from '../value.ts'

/** A map that contains itself is infinitely deep. */
const maxDepth = 1000

/** Whether a value of the source replaces that of the destination, which is undefined if the key is missing. */
type Replaces = (existing: Value, incoming: Value) => boolean

/** Empty values (nil, "", 0, false, an empty list or map; a complex number never is) are replaced, but never by nil. */
const fills: Replaces = (existing, incoming) =>
  incoming !== null && incoming !== undefined && !isTrue(existing) && !(existing instanceof Complex)
const overwrites: Replaces = () => true

function mergeInto(runtime: Runtime, destination: GoMap, source: GoMap, replaces: Replaces, depth = 0): void {
  if (destination === source) return
  if (depth > maxDepth) throw new FunctionError(`the maps are nested deeper than ${maxDepth} levels`)
  const keys = Object.keys(source)
  runtime.iterate(keys.length)
  for (const key of keys) {
    const existing = getKey(destination, key)
    const incoming = getKey(source, key)
    if (isMap(existing) && isMap(incoming)) {
      checkTypes(existing, incoming)
      mergeInto(runtime, existing, incoming, replaces, depth + 1)
      // A map that is still empty counts as missing, so the source's map replaces it, including nil values.
      if (!isTrue(existing)) setKey(destination, key, incoming)
    } else if (replaces(existing, incoming)) setKey(destination, key, incoming)
  }
}

function checkTypes(existing: GoMap, incoming: GoMap): void {
  if (existing[goType] === incoming[goType]) return
  throw new FunctionError('reflect.Value.SetMapIndex: value of type interface {} is not assignable to type string')
}

function merging(replaces: Replaces): GoFunction {
  return defineWithRuntime({
    params: ['map'],
    variadic: 'map',
    call: (runtime, destination, ...sources) => {
      // Unlike set, which fails, merge creates a map in place of a nil one.
      const target = destination[nilMark] ? {} : destination
      for (const source of sources) mergeInto(runtime, target, source, replaces)
      return target
    },
  })
}

const merge = merging(fills)
const mergeOverwrite = merging(overwrites)

export const mergeFunctions: FunctionTable = {
  merge,
  mustMerge: merge,
  mergeOverwrite,
  mustMergeOverwrite: mergeOverwrite,
}
