import { quote } from './path.ts'

/** The types of JSON; `other` is what no JSON has, such as a function. */
export type JsonType = 'null' | 'boolean' | 'number' | 'string' | 'list' | 'object' | 'other'

/** What stands where a fault expects something else: its type, and the value itself where that is a scalar. Plain data. */
export interface Found {
  readonly type: JsonType
  /** A long string is cut, and a number beyond 2^53 is a string of its digits. */
  readonly value?: string | number | boolean
}

// More than any sentence shows.
const longest = 101

export function foundOf(value: unknown): Found {
  if (value === null) return { type: 'null' }
  if (Array.isArray(value)) return { type: 'list' }
  switch (typeof value) {
    case 'string':
      return { type: 'string', value: value.slice(0, longest) }
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

/** The type in a sentence: `a text`, `a list`, `null`. */
export function typeText({ type, value }: Found): string {
  return type === 'other' ? `a ${value}` : typeTexts[type]
}

const typeTexts: Readonly<Record<Exclude<JsonType, 'other'>, string>> = {
  null: 'null',
  boolean: 'a boolean',
  number: 'a number',
  string: 'a text',
  list: 'a list',
  object: 'an object',
}

/** The value in a sentence: `the number 5`, `the text "x"`; of what is no scalar, the type. */
export function valueText(found: Found): string {
  switch (found.type) {
    case 'string':
      return `the text ${quote(found.value)}`
    case 'number':
      return `the number ${found.value}`
    case 'boolean':
      return `the boolean ${found.value}`
    default:
      return typeText(found)
  }
}
