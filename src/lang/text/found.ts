import { quote } from './path.ts'

/** The types of JSON; `other` is a type that JSON doesn't have, such as a function. */
export type JsonType = 'null' | 'boolean' | 'number' | 'string' | 'list' | 'object' | 'other'

/** The value that a fault is about: its type, and the value itself if it is a scalar. Plain data. */
export interface Found {
  readonly type: JsonType
  /** A long string is cut, and a number beyond 2^53 is a string of its digits. */
  readonly value?: string | number | boolean
}

// More than any message shows.
const maxLength = 101

export function foundOf(value: unknown): Found {
  if (value === null) return { type: 'null' }
  if (Array.isArray(value)) return { type: 'list' }
  switch (typeof value) {
    case 'string':
      return { type: 'string', value: value.slice(0, maxLength) }
    case 'number':
    case 'boolean':
      return { type: typeof value === 'number' ? 'number' : 'boolean', value }
    case 'bigint':
      return { type: 'number', value: String(value) }
    case 'object':
      return { type: 'object' }
    default:
      return { type: 'other', value: typeof value }
  }
}

/** The type in a sentence: `a string`, `a list`, `null`. */
export function typeName({ type, value }: Found): string {
  return type === 'other' ? `a ${value}` : typeNames[type]
}

const typeNames: Readonly<Record<Exclude<JsonType, 'other'>, string>> = {
  null: 'null',
  boolean: 'a boolean',
  number: 'a number',
  string: 'a string',
  list: 'a list',
  object: 'an object',
}

/** What a field of Kubernetes or Istio must be. */
export type ExpectedType = 'object' | 'list' | 'string' | 'boolean' | 'integer' | 'number' | 'number-or-string'

/** The same in a sentence: `must be a list`. */
export const expectedTypes: Readonly<Record<ExpectedType, string>> = {
  object: 'an object',
  list: 'a list',
  string: 'a string',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  'number-or-string': 'a number or a string',
}

/** The value in a sentence: `the number 5`, `the string "x"`; the type if it isn't a scalar. */
export function describeValue(found: Found): string {
  switch (found.type) {
    case 'string':
      return `the string ${quote(found.value)}`
    case 'number':
      return `the number ${found.value}`
    case 'boolean':
      return `the boolean ${found.value}`
    default:
      return typeName(found)
  }
}
