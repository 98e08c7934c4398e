/* Dictionaries: maps with string keys. Keys are in the order of their bytes where Go's order is random. */
import { sortedKeys } from '../../go/utf8.ts'
import { FunctionError } from '../errors.ts'
import { toText } from '../format/plain.ts'
import { define, defineWithRuntime, type FunctionTable } from '../functions.ts'
import {
  type GoMap,
  getKey,
  goType,
  isMap,
  nilMark,
  removeKey,
  setKey,
  typedList,
  typeName,
  type Value,
} from '../value.ts'
import { deepCopy } from './deep-copy.ts'

function dict(...pairs: Value[]): GoMap {
  const map: GoMap = {}
  for (let index = 0; index < pairs.length; index += 2) {
    setKey(map, toText(pairs[index]), index + 1 < pairs.length ? (pairs[index + 1] ?? null) : '')
  }
  return map
}

function set(map: GoMap, key: string, value: Value): GoMap {
  if (map[nilMark]) throw new FunctionError('assignment to entry in nil map')
  setKey(map, key, value)
  return map
}

function unset(map: GoMap, key: string): GoMap {
  removeKey(map, key)
  return map
}

function selected(map: GoMap, isSelected: (key: string) => boolean): GoMap {
  const result: GoMap = {}
  for (const key of Object.keys(map)) if (isSelected(key)) setKey(result, key, getKey(map, key))
  return result
}

/** The value at a path of keys, or the default if a key is missing; a key with nil ends with nil. */
function dig(...args: Value[]): Value {
  if (args.length < 3) throw new FunctionError('dig needs at least three arguments')
  const path = args.slice(0, -2)
  let current = args.at(-1)
  for (const step of path) {
    if (typeof step !== 'string') throw conversionError(step, 'string')
    if (!isMap(current) || current[goType] !== undefined) throw conversionError(current, 'map[string]interface {}')
    if (!Object.hasOwn(current, step)) return args.at(-2)
    current = getKey(current, step)
  }
  return current
}

function conversionError(value: Value, expected: string): FunctionError {
  const actual = value === null || value === undefined ? 'nil' : typeName(value)
  return new FunctionError(`interface conversion: interface {} is ${actual}, not ${expected}`)
}

const deepCopyFunction = defineWithRuntime({
  params: ['any'],
  call: (runtime, value) => {
    if (value === null) throw new FunctionError('reflect: call of reflect.Value.Type on zero Value')
    return deepCopy(value, () => runtime.iterate(1))
  },
})

export const dictFunctions: FunctionTable = {
  dict: define({ params: [], variadic: 'any', call: dict }),
  get: define({
    params: ['map', 'string'],
    readsKeyOf: [],
    call: (map, key) => (Object.hasOwn(map, key) ? getKey(map, key) : ''),
  }),
  set: define({ params: ['map', 'string', 'any'], call: set }),
  unset: define({ params: ['map', 'string'], call: unset }),
  hasKey: define({ params: ['map', 'string'], readsKeyOf: [], call: (map, key) => Object.hasOwn(map, key) }),
  keys: define({ params: [], variadic: 'map', call: (...maps) => typedList('[]string', maps.flatMap(sortedKeys)) }),
  values: define({ params: ['map'], call: (map) => sortedKeys(map).map((key) => getKey(map, key)) }),
  pluck: define({
    params: ['string'],
    variadic: 'map',
    call: (key, ...maps) => maps.filter((map) => Object.hasOwn(map, key)).map((map) => getKey(map, key)),
  }),
  pick: define({
    params: ['map'],
    variadic: 'string',
    call: (map, ...keys) => selected(map, (key) => keys.includes(key)),
  }),
  omit: define({
    params: ['map'],
    variadic: 'string',
    call: (map, ...keys) => selected(map, (key) => !keys.includes(key)),
  }),
  dig: define({ params: [], variadic: 'any', call: dig }),
  deepCopy: deepCopyFunction,
  mustDeepCopy: deepCopyFunction,
}
