import { Int } from '../go/int.ts'
import { FunctionError } from './errors.ts'
import { GoFunction, nilMark, StructValue } from './value.ts'

/** A value of a template as a document holds it: integers as bigint, nil of every kind as null. */
export type PlainValue = null | boolean | number | bigint | string | PlainValue[] | { [key: string]: PlainValue }

const maxDepth = 500

/**
 * The document that a value stands for, for writers of JSON and YAML. Structs are what their `json` gives. Throws a FunctionError for
 * functions and for what is nested too deeply (a value can hold itself).
 */
export function plainValue(value: unknown, depth = 0): PlainValue {
  if (depth > maxDepth) throw new FunctionError(`the value is nested deeper than ${maxDepth} levels`)
  switch (typeof value) {
    case 'boolean':
    case 'number':
    case 'bigint':
    case 'string':
      return value
    case 'object':
      return value === null ? null : plainObject(value, depth)
    default:
      return null
  }
}

function plainObject(value: object, depth: number): PlainValue {
  if (value instanceof Int) return value.value
  if (value instanceof StructValue) return value.isNil() ? null : plainValue(value.json(), depth + 1)
  if (value instanceof GoFunction) throw new FunctionError('a function has no place in a document')
  if (Object.hasOwn(value, nilMark)) return null
  if (Array.isArray(value)) return value.map((item) => plainValue(item, depth + 1))
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  // Object.fromEntries defines properties, so a key `__proto__` stays a key.
  return Object.fromEntries(entries.map(([key, item]) => [String(key), plainValue(item, depth + 1)]))
}
