import { Complex } from '../go/complex.ts'
import { Int } from '../go/int.ts'
import { compareBytes } from '../go/utf8.ts'
import { FunctionError } from './errors.ts'
import { isList, isMap, kindOf, nilMark, StructValue, typeName, type Value } from './value.ts'

type BasicKind = 'bool' | 'int' | 'float' | 'complex' | 'string' | 'other'

/** `eq a b c`: whether a equals b or c. Throws a FunctionError for values of different kinds, unless one is nil. */
export function equalsAny(left: Value, others: readonly Value[]): boolean {
  if (others.length === 0) throw new FunctionError('missing argument for comparison')
  return others.some((other) => equals(left, other))
}

export function equals(left: Value, right: Value): boolean {
  if (typeof left === 'string' && typeof right === 'string') return left === right
  const kind = basicKind(left)
  if (kind !== basicKind(right)) {
    if (isNullish(left) || isNullish(right)) return false
    throw incompatible(left, right)
  }
  if (left instanceof Int && right instanceof Int) return left.value === right.value
  if (left instanceof Complex && right instanceof Complex) return left.equals(right)
  return kind === 'other' ? equalsOther(left, right) : left === right
}

/** Lists, maps and functions can only be compared with nil, pointers with each other. */
function equalsOther(left: Value, right: Value): boolean {
  if (!isNullish(left) && !isNullish(right) && kindOf(left) !== kindOf(right)) {
    throw new FunctionError(`non-comparable types ${typeName(left)}, ${typeName(right)}`)
  }
  if (isNilValue(left) || isNilValue(right)) return isNilValue(left) === isNilValue(right)
  if (left instanceof StructValue && kindOf(left) === 'ptr') return left === right
  throw new FunctionError(`non-comparable type ${typeName(right)}`)
}

/** `lt`. Throws a FunctionError for values without an order or of different kinds. */
export function isLess(left: Value, right: Value): boolean {
  const kind = basicKind(left)
  const other = basicKind(right)
  if (kind === 'other' || other === 'other') throw new FunctionError('invalid type for comparison')
  if (kind !== other) throw incompatible(left, right)
  if (left instanceof Int && right instanceof Int) return left.value < right.value
  if (typeof left === 'number' && typeof right === 'number') return left < right
  if (typeof left === 'string' && typeof right === 'string') return compareBytes(left, right) < 0
  throw new FunctionError('invalid type for comparison')
}

export function isLessOrEqual(left: Value, right: Value): boolean {
  return isLess(left, right) || equals(left, right)
}

function basicKind(value: Value): BasicKind {
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'number':
      return 'float'
    case 'boolean':
      return 'bool'
    default:
      return value instanceof Int ? 'int' : value instanceof Complex ? 'complex' : 'other'
  }
}

function isNullish(value: Value): value is null | undefined {
  return value === null || value === undefined
}

function isNilValue(value: Value): boolean {
  if (value instanceof StructValue) return value.isNil()
  return isNullish(value) || ((isList(value) || isMap(value)) && value[nilMark] === true)
}

function incompatible(left: Value, right: Value): FunctionError {
  return new FunctionError(`incompatible types for comparison: ${typeName(left)} and ${typeName(right)}`)
}
