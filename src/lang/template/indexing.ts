import { Int, intOf } from '../go/int.ts'
import { byteLength, sliceBytes, toBytes } from '../go/utf8.ts'
import { FunctionError } from './errors.ts'
import {
  elementType,
  type GoMap,
  goType,
  isList,
  isMap,
  type List,
  lengthOf,
  StructValue,
  typeName,
  type Value,
  zeroOf,
} from './value.ts'

/** `index x 1 "k"`: x[1]["k"]. A missing key has the zero value of the map's value type. Throws a FunctionError. */
export function index(item: Value, indexes: readonly Value[]): Value {
  if (item === null || item === undefined) throw new FunctionError('index of untyped nil')
  let current: Value = item
  for (const at of indexes) current = indexOnce(current, at)
  return current
}

function indexOnce(item: Value, at: Value): Value {
  if (item === null || item === undefined || isNilPointer(item)) throw new FunctionError('index of nil pointer')
  if (isMap(item)) {
    const key = mapKey(at)
    return Object.hasOwn(item, key) ? item[key] : zeroOfValues(item)
  }
  if (isList(item)) return item[position(at, item.length - 1)]
  if (typeof item === 'string') return intOf(toBytes(item)[position(at, byteLength(item) - 1)] ?? 0, 'uint8')
  throw new FunctionError(`can't index item of type ${typeName(item)}`)
}

/** The value of a missing key: the zero value of the map's value type, nil for `interface {}`. */
function zeroOfValues(map: GoMap): Value {
  const type = map[goType]
  return type === undefined ? null : zeroOf(elementType(type))
}

function mapKey(key: Value): string {
  if (typeof key === 'string') return key
  if (key === null || key === undefined) throw new FunctionError('value is nil; should be of type string')
  throw new FunctionError(`value has type ${typeName(key)}; should be string`)
}

function position(at: Value, last: number): number {
  if (at === null || at === undefined) throw new FunctionError('cannot index slice/array with nil')
  if (!(at instanceof Int)) throw new FunctionError(`cannot index slice/array with type ${typeName(at)}`)
  if (at.value < 0n || at.value > BigInt(last)) throw new FunctionError(`index out of range: ${at.value}`)
  return Number(at.value)
}

/** `slice x 1 2`: x[1:2] of a list or of the bytes of a string. Throws a FunctionError. */
export function slice(item: Value, indexes: readonly Value[]): Value {
  if (item === null || item === undefined) throw new FunctionError('slice of untyped nil')
  if (isNilPointer(item)) throw new FunctionError('slice of nil pointer')
  if (indexes.length > 3) throw new FunctionError(`too many slice indexes: ${indexes.length}`)
  if (typeof item !== 'string' && !isList(item)) throw new FunctionError(`can't slice item of type ${typeName(item)}`)
  if (typeof item === 'string' && indexes.length === 3) throw new FunctionError('cannot 3-index slice a string')
  const length = lengthOf(item) ?? 0
  const [start = 0, end = length, capacity = length] = indexes.map((at) => position(at, length))
  if (start > end) throw new FunctionError(`invalid slice index: ${start} > ${end}`)
  if (end > capacity) throw new FunctionError(`invalid slice index: ${end} > ${capacity}`)
  return typeof item === 'string' ? sliceBytes(item, start, end) : sliceList(item, start, end)
}

function sliceList(list: List, start: number, end: number): List {
  const part: List = list.slice(start, end)
  if (list[goType] !== undefined) part[goType] = list[goType]
  return part
}

/** `len`. Throws a FunctionError for values without a length. */
export function length(item: Value): Int {
  if (isNilPointer(item)) throw new FunctionError('len of nil pointer')
  const count = lengthOf(item)
  if (count === undefined) {
    throw new FunctionError(item === null || item === undefined ? 'len of nil' : `len of type ${typeName(item)}`)
  }
  return intOf(count)
}

function isNilPointer(item: Value): boolean {
  return item instanceof StructValue && item.isNil()
}
