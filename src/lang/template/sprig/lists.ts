/*
 * Lists. All functions except `slice` return `[]interface {}`. Where Go's code returns a nil list (the rest of an empty
 * one), it is `null` in JSON.
 */

import { Int } from '../../go/int.ts'
import { FunctionError } from '../errors.ts'
import { define, defineWithRuntime, type FunctionTable } from '../functions.ts'
import {
  type GoFunction,
  goType,
  isList,
  isTrue,
  kindOf,
  type List,
  nilList,
  type Runtime,
  typedList,
  typeName,
  type Value,
} from '../value.ts'
import { toInt64 } from './convert.ts'
import { counted } from './counted.ts'
import { deepEqual } from './deep-equal.ts'
import { nilPointerError } from './go-errors.ts'

/** The list that a function was called with. Throws Go's error, which begins with `refusal`, for other values. */
function listOf(value: Value, refusal: string): List {
  if (value === null || value === undefined) throw nilPointerError()
  if (!isList(value)) throw new FunctionError(`${refusal} type ${kindOf(value)}`)
  return value
}

function first(value: Value): Value {
  return listOf(value, 'Cannot find first on')[0] ?? null
}

function last(value: Value): Value {
  return listOf(value, 'Cannot find last on').at(-1) ?? null
}

function rest(value: Value): List {
  const list = listOf(value, 'Cannot find rest on')
  return list.length === 0 ? nilList() : list.slice(1)
}

function initial(value: Value): List {
  const list = listOf(value, 'Cannot find initial on')
  return list.length === 0 ? nilList() : list.slice(0, -1)
}

function reverse(value: Value): List {
  return [...listOf(value, 'Cannot find reverse on')].reverse()
}

function compact(value: Value): List {
  return listOf(value, 'Cannot compact on').filter(isTrue)
}

function push(value: Value, item: Value): List {
  return [...listOf(value, 'Cannot push on'), item]
}

function prepend(value: Value, item: Value): List {
  return [item, ...listOf(value, 'Cannot prepend on')]
}

function without(runtime: Runtime, value: Value, ...unwanted: Value[]): List {
  const step = () => runtime.iterate(1)
  return listOf(value, 'Cannot find without on').filter((item) => !unwanted.some((each) => deepEqual(item, each, step)))
}

function has(runtime: Runtime, needle: Value, value: Value): boolean {
  if (value === null || value === undefined) return false
  return listOf(value, 'Cannot find has on').some((item) => deepEqual(item, needle, () => runtime.iterate(1)))
}

/** The distinct values, in the order of their first occurrence. */
function uniq(runtime: Runtime, value: Value): List {
  const step = () => runtime.iterate(1)
  const seen = new Set<Value | string>()
  const compound: Value[] = []
  return listOf(value, 'Cannot find uniq on').filter((item) => {
    // NaN equals nothing, not even itself.
    if (Number.isNaN(item)) return true
    const key = item instanceof Int ? `\0${typeName(item)} ${item.value}` : item
    if (typeof key !== 'object' || key === null) return !seen.has(key) && Boolean(seen.add(key))
    return !compound.some((each) => deepEqual(each, item, step)) && compound.push(item) > 0
  })
}

function concat(...values: Value[]): List {
  const items = values.flatMap((value) => {
    if (value === null) throw nilPointerError()
    if (!isList(value)) throw new FunctionError(`Cannot concat type ${kindOf(value)} as list`)
    return [...value]
  })
  return items.length === 0 ? nilList() : items
}

function chunk(size: number, value: Value): List {
  const list = listOf(value, 'Cannot chunk')
  const count = Math.floor((list.length - 1) / size) + 1
  if (size === 0 || count < 0 || (size < 0 && count > 0)) {
    throw new FunctionError('runtime error: makeslice: len out of range')
  }
  const chunks = Array.from({ length: count }, (_, index) => [...list.slice(index * size, (index + 1) * size)])
  return typedList('[][]interface {}', chunks)
}

/** A part of a list, with the list's type; nil for an empty list, whatever the indexes are. */
function slice(value: Value, ...indexes: Value[]): Value {
  if (value === null || value === undefined) throw nilPointerError()
  if (!isList(value)) throw new FunctionError(`list should be type of slice or array but ${kindOf(value)}`)
  if (value.length === 0) return null
  const [start, end] = indexes
  const from = start === undefined ? 0 : Number(toInt64(start))
  const to = end === undefined ? value.length : Number(toInt64(end))
  if (from < 0 || from > to || to > value.length) {
    throw new FunctionError('reflect.Value.Slice: slice index out of bounds')
  }
  const part = value.slice(from, to)
  return value[goType] === undefined ? part : typedList(value[goType], part)
}

const list = define({ params: [], variadic: 'any', call: (...values) => values })
const pushFunction = define({ params: ['any', 'any'], call: push })

const plain: Readonly<Record<string, GoFunction>> = {
  first: define({ params: ['any'], call: first }),
  last: define({ params: ['any'], call: last }),
  rest: define({ params: ['any'], call: rest }),
  initial: define({ params: ['any'], call: initial }),
  reverse: define({ params: ['any'], call: reverse }),
  compact: define({ params: ['any'], call: compact }),
  append: pushFunction,
  push: pushFunction,
  prepend: define({ params: ['any', 'any'], call: prepend }),
  without: defineWithRuntime({ params: ['any'], variadic: 'any', call: without }),
  has: defineWithRuntime({ params: ['any', 'any'], call: has }),
  uniq: defineWithRuntime({ params: ['any'], call: uniq }),
  chunk: define({ params: ['int', 'any'], call: chunk }),
  slice: define({ params: ['any'], variadic: 'any', call: slice }),
}

/** `mustFirst` for `first`: both fail in the same way, so they are one function with two names. */
function mustForms(functions: FunctionTable): FunctionTable {
  return Object.fromEntries(
    Object.entries(functions).map(([name, each]) => [`must${name[0]?.toUpperCase()}${name.slice(1)}`, each]),
  )
}

export const listFunctions: FunctionTable = {
  list,
  tuple: list,
  concat: counted(define({ params: [], variadic: 'any', call: concat })),
  ...plain,
  ...mustForms(plain),
}
