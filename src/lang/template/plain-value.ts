import { Complex } from '../go/complex.ts'
import { Int } from '../go/int.ts'
import { FunctionError } from './errors.ts'
import { GoFunction, nilMark, StructValue } from './value.ts'

/** The value of a template as a document: integers as bigint, every kind of nil as null. */
export type PlainValue = null | boolean | number | bigint | string | PlainValue[] | { [key: string]: PlainValue }

const maxDepth = 500

/**
 * Converts a value to a document for JSON and YAML writers; a struct becomes its `json`. Throws a FunctionError for
 * functions and complex numbers, and for values that are nested too deeply (a value can contain itself).
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
  if (value instanceof Complex) throw new FunctionError("a complex number can't be part of a document")
  if (value instanceof StructValue) return value.isNil() ? null : plainValue(value.json(), depth + 1)
  if (value instanceof GoFunction) throw new FunctionError("a function can't be part of a document")
  if (Object.hasOwn(value, nilMark)) return null
  if (Array.isArray(value)) return value.map((item) => plainValue(item, depth + 1))
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  // Object.fromEntries creates own properties, even for the key `__proto__`.
  return Object.fromEntries(entries.map(([key, item]) => [String(key), plainValue(item, depth + 1)]))
}
