import { isObject, type Json, own } from '../../lang/json.ts'
import { MergeError, type Path } from './error.ts'
import { anyObject, checkShape, type Shape } from './shape.ts'

/** The value of an item's merge key. */
export type Key = string | number | boolean

/** The merge key of an item; undefined if it has none. Items of the original may be anything. */
export function keyOf(item: Json, name: string): Key | undefined {
  return isObject(item) ? scalar(own(item, name)) : undefined
}

/** The merge key of an item of the patch. Throws a MergeError if the item isn't an object or has no merge key. */
export function requireKey(shape: Shape, item: Json, name: string, path: Path): Key {
  checkShape(shape ?? anyObject, item, path)
  const key = keyOf(item, name)
  if (key !== undefined) return key
  throw new MergeError(path, `an item of this list needs a ${name}, the key by which it is merged`)
}

/** A scalar as a key; undefined for anything else. */
export function scalar(value: Json | undefined): Key | undefined {
  return typeof value === 'object' ? undefined : value
}
