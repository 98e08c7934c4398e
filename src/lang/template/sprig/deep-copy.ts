import { FunctionError } from '../errors.ts'
import { type GoMap, goType, isList, isMap, type List, nilMark, setKey, type Value } from '../value.ts'

/** A value that contains itself (`set $m "m" $m`) is infinitely deep. */
const maxDepth = 1000

/** A copy that shares no list or map with the original. `step` is called for every list and map, to enforce a limit. */
export function deepCopy(value: Value, step: () => void, depth = 0): Value {
  if (depth > maxDepth) throw new FunctionError(`the value is nested deeper than ${maxDepth} levels`)
  step()
  if (isList(value))
    return marked<List>(
      value.map((item) => deepCopy(item, step, depth + 1)),
      value,
    )
  if (!isMap(value)) return value
  const copy: GoMap = {}
  for (const key of Object.keys(value)) setKey(copy, key, deepCopy(value[key], step, depth + 1))
  return marked(copy, value)
}

function marked<T extends List | GoMap>(copy: T, original: T): T {
  if (original[goType] !== undefined) copy[goType] = original[goType]
  if (original[nilMark] !== undefined) copy[nilMark] = original[nilMark]
  return copy
}
