import { Complex } from '../../go/complex.ts'
import { Int } from '../../go/int.ts'
import { goJson } from '../../go/json.ts'
import { type GoMap, getKey, isList, isMap, type List, nilMark, StructValue, typeName, type Value } from '../value.ts'

/** Structs that define equality with another of their type other than by JSON. */
export interface Comparable {
  equals(other: Value): boolean
}

/**
 * Equality like Go's reflect.DeepEqual: types must be the same at every depth, and a nil list doesn't equal an empty
 * one. NaN equals nothing. `step` is called for every pair of lists or maps that is compared, to enforce a limit.
 */
export function deepEqual(left: Value, right: Value, step: () => void): boolean {
  if (typeof left !== 'object' || left === null) return left === right || (left ?? null) === (right ?? null)
  if (left === right) return true
  if (typeof right !== 'object' || right === null || typeName(left) !== typeName(right)) return false
  if (left instanceof Int) return right instanceof Int && left.value === right.value
  if (left instanceof Complex) return right instanceof Complex && left.equals(right)
  if (isList(left)) return isList(right) && sameNil(left, right) && equalLists(left, right, step)
  if (left instanceof StructValue) return right instanceof StructValue && equalStructs(left, right)
  return isMap(left) && isMap(right) && sameNil(left, right) && equalMaps(left, right, step)
}

function sameNil(left: List | GoMap, right: List | GoMap): boolean {
  return left[nilMark] === right[nilMark]
}

function equalLists(left: List, right: List, step: () => void): boolean {
  step()
  return left.length === right.length && left.every((item, index) => deepEqual(item, right[index], step))
}

function equalMaps(left: GoMap, right: GoMap, step: () => void): boolean {
  step()
  const keys = Object.keys(left)
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && deepEqual(left[key], getKey(right, key), step))
  )
}

function equalStructs(left: StructValue, right: StructValue): boolean {
  if (isComparable(left)) return left.equals(right)
  return goJson(left.json()) === goJson(right.json())
}

function isComparable(value: StructValue): value is StructValue & Comparable {
  return 'equals' in value && typeof value.equals === 'function'
}
