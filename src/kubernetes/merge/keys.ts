import { isObject, type Json, own } from '../../lang/json.ts'
import { MergeError, type Path } from './error.ts'
import { anyObject, checkShape, type Shape } from './shape.ts'

/** The value by which an item of a list is known. */
export type Key = string | number | boolean

/** The merge key of an item of the original, which may be anything: undefined for an item that cannot be paired. */
export function keyOf(item: Json, name: string): Key | undefined {
  return isObject(item) ? scalar(own(item, name)) : undefined
}

/** The merge key of an item of the patch. Throws a MergeError for one that has none, or is no object. */
export function requireKey(shape: Shape, item: Json, name: string, path: Path): Key {
  checkShape(shape ?? anyObject, item, path)
  const key = keyOf(item, name)
  if (key !== undefined) return key
  throw new MergeError(path, `an item of this list needs a ${name}, by which it is merged`)
}

/** A scalar as a key, undefined for anything else. */
export function scalar(value: Json | undefined): Key | undefined {
  return typeof value === 'object' ? undefined : value
}
