import { formatFloat } from './float.ts'
import { Int } from './int.ts'
import { sortedKeys } from './utf8.ts'

/** A value can't be encoded as JSON. The message is Go's, or says which limit was exceeded. */
export class JsonError extends Error {
  override readonly name = 'JsonError'
}

export interface JsonOptions {
  /** The indentation of each level; unset for compact JSON. */
  readonly indent?: string
  /** Leaves `<`, `>` and `&` unescaped (U+2028 and U+2029 are always escaped). */
  readonly plainHtml?: boolean
  /** The max length of the JSON, in characters: a value that contains itself would never end. */
  readonly limit?: number
  /**
   * Converts an object that isn't plain to a plain value, or to a Map to keep an order of its keys. If it returns
   * undefined, the object is encoded as a plain object.
   */
  readonly convert?: (value: object) => unknown
}

const defaultLimit = 16 * 1024 * 1024
const maxDepth = 1000

/**
 * Encodes JSON like Go's encoding/json: keys sorted by their UTF-8 bytes (a Map keeps its own order), `<`, `>` and `&`
 * escaped, float64 in Go's format, `Int` and bigint as whole numbers, undefined as null. Throws a JsonError for NaN,
 * infinities and functions.
 */
export function goJson(value: unknown, options: JsonOptions = {}): string {
  const writer = new Writer(options)
  writer.write(value, '\n')
  return writer.text
}

class Writer {
  text = ''
  readonly #options: JsonOptions
  readonly #limit: number
  #depth = 0

  constructor(options: JsonOptions) {
    this.#options = options
    this.#limit = options.limit ?? defaultLimit
  }

  /** `line` is a line break followed by the current indentation. */
  write(value: unknown, line: string): void {
    if (this.text.length > this.#limit) throw new JsonError(`the JSON would be longer than ${this.#limit} characters`)
    if (typeof value === 'string') this.text += this.#string(value)
    else if (typeof value === 'number') this.text += number(value)
    else if (typeof value === 'boolean' || typeof value === 'bigint') this.text += String(value)
    else if (value === null || value === undefined) this.text += 'null'
    else if (value instanceof Int) this.text += String(value.value)
    else if (typeof value === 'object') this.#object(value, line)
    else throw new JsonError('json: unsupported type: func')
  }

  #object(value: object, line: string): void {
    if (++this.#depth > maxDepth) throw new JsonError(`json: the value is nested deeper than ${maxDepth} levels`)
    const converted = this.#options.convert?.(value)
    if (converted !== undefined && converted !== value) this.write(converted, line)
    else if (Array.isArray(value)) this.#list(value, line)
    else if (value instanceof Map) this.#members([...value.keys()], (key) => value.get(key), line)
    // The keys are those of this object.
    else this.#members(sortedKeys(value), (key) => (value as Record<string, unknown>)[key], line)
    this.#depth--
  }

  #list(items: readonly unknown[], line: string): void {
    const inner = this.#indented(line)
    this.text += '['
    for (let index = 0; index < items.length; index++) {
      this.text += index > 0 ? `,${inner}` : inner
      this.write(items[index], inner)
    }
    this.text += items.length > 0 && inner !== '' ? `${line}]` : ']'
  }

  #members<K>(keys: readonly K[], read: (key: K) => unknown, line: string): void {
    const inner = this.#indented(line)
    const colon = inner === '' ? ':' : ': '
    let separator = inner
    this.text += '{'
    for (const key of keys) {
      this.text += separator + this.#string(String(key)) + colon
      this.write(read(key), inner)
      separator = `,${inner}`
    }
    this.text += keys.length > 0 && inner !== '' ? `${line}}` : '}'
  }

  /** The line break and indentation one level deeper; empty for compact JSON. */
  #indented(line: string): string {
    const { indent } = this.#options
    return indent === undefined ? '' : line + indent
  }

  #string(text: string): string {
    return jsonString(text, this.#options.plainHtml ?? false)
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what JSON escapes.
const special = /[\0-\x1f"\\<>&\u2028\u2029\ud800-\udfff]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
const specials = /[\0-\x1f"\\<>&\u2028\u2029]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g
const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/** Encodes a string like encoding/json; invalid UTF-8 becomes the escape `\ufffd`. */
export function jsonString(text: string, plainHtml = false): string {
  if (!special.test(text)) return `"${text}"`
  const body = text.replace(specials, (character) => {
    if (plainHtml && (character === '<' || character === '>' || character === '&')) return character
    const short = shortEscapes[character]
    if (short !== undefined) return short
    const code = character.charCodeAt(0)
    return code >= 0xd800 && code <= 0xdfff ? '\\ufffd' : `\\u${code.toString(16).padStart(4, '0')}`
  })
  return `"${body}"`
}

/** encoding/json uses an exponent from 1e21 and below 1e-6, and writes `e-7` (strconv: `e-07`), as JavaScript does. */
function number(value: number): string {
  if (!Number.isFinite(value)) throw new JsonError(`json: unsupported value: ${formatFloat(value, 'g')}`)
  return Object.is(value, -0) ? '-0' : String(value)
}
