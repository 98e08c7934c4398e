/* merge fills what the destination lacks, mergeOverwrite lets later maps win; both change the destination, and copy nothing of a source. */

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

/** A map that holds itself has no end. */
const maxDepth = 1000

/** Whether a value of the source replaces what the destination has under its key; `held` is undefined where it has nothing. */
type Replaces = (held: Value, offered: Value) => boolean

/** What is empty (nil, "", 0, false, an empty list or map) is filled, but never by nil. */
const fills: Replaces = (held, offered) => offered !== null && offered !== undefined && !isTrue(held)
const overwrites: Replaces = () => true

function mergeInto(runtime: Runtime, destination: GoMap, source: GoMap, replaces: Replaces, depth = 0): void {
  if (destination === source) return
  if (depth > maxDepth) throw new FunctionError(`the maps are nested deeper than ${maxDepth} levels`)
  const keys = Object.keys(source)
  runtime.iterate(keys.length)
  for (const key of keys) {
    const held = getKey(destination, key)
    const offered = getKey(source, key)
    if (isMap(held) && isMap(offered)) {
      checkTypes(held, offered)
      mergeInto(runtime, held, offered, replaces, depth + 1)
      // A map that is still empty counts as missing: the source's own takes its place, nil values and all.
      if (!isTrue(held)) setKey(destination, key, offered)
    } else if (replaces(held, offered)) setKey(destination, key, offered)
  }
}

function checkTypes(held: GoMap, offered: GoMap): void {
  if (held[goType] === offered[goType]) return
  throw new FunctionError('reflect.Value.SetMapIndex: value of type interface {} is not assignable to type string')
}

function merging(replaces: Replaces): GoFunction {
  return defineWithRuntime({
    params: ['map'],
    variadic: 'map',
    call: (runtime, destination, ...sources) => {
      // Unlike set, which fails, merge makes a map where there was none.
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
