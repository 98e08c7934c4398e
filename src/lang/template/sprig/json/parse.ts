/*
 * Parses JSON like Go's encoding/json into interface{}: every number is a float64, a lone surrogate becomes U+FFFD.
 * JavaScript's own parser does the work; if it fails, the text is parsed again for the reason in Go's words.
 */
import { quoteRune } from '../../../go/quote.ts'
import { repair } from '../../../go/utf8.ts'
import { FunctionError } from '../../errors.ts'
import { setKey, type Value } from '../../value.ts'

const maxDepth = 1000

/** Parses JSON. Throws a FunctionError with Go's message. */
export function parseJson(text: string): Value {
  const wellFormed = repair(text).toWellFormed()
  try {
    return cleaned(JSON.parse(wellFormed), 0)
  } catch {
    throw new FunctionError(reasonOf(wellFormed))
  }
}

function cleaned(value: unknown, depth: number): Value {
  if (depth > maxDepth) throw new RangeError('too deep')
  if (typeof value === 'string') return value.toWellFormed()
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError('too large')
  if (Array.isArray(value)) return value.map((item) => cleaned(item, depth + 1))
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value !== 'object' || value === null) return null
  const map = {}
  for (const [key, item] of Object.entries(value)) setKey(map, key.toWellFormed(), cleaned(item, depth + 1))
  return map
}

/** Why a text isn't JSON: parses it up to the first invalid character. */
function reasonOf(text: string): string {
  const walker = new Walker(text)
  try {
    walker.document()
  } catch (error) {
    if (error instanceof FunctionError) return error.message
    throw error
  }
  return 'invalid JSON'
}

const literals: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' }

class Walker {
  readonly #text: string
  #index = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): void {
    this.#value(0)
    this.#space()
    if (this.#index < this.#text.length) this.#fail('after top-level value')
  }

  #value(depth: number): void {
    if (depth > maxDepth) throw new FunctionError('exceeded max depth')
    this.#space()
    const char = this.#text[this.#index] ?? ''
    if (char === '{') this.#object(depth)
    else if (char === '[') this.#array(depth)
    else if (char === '"') this.#string()
    else if (char === '-' || isDigit(char)) this.#number()
    else if (Object.hasOwn(literals, char)) this.#literal(literals[char] ?? '')
    else this.#fail('looking for beginning of value')
  }

  #object(depth: number): void {
    this.#index++
    this.#space()
    if (this.#take('}')) return
    do {
      this.#space()
      if (this.#text[this.#index] !== '"') this.#fail('looking for beginning of object key string')
      this.#string()
      this.#space()
      if (!this.#take(':')) this.#fail('after object key')
      this.#value(depth + 1)
      this.#space()
    } while (this.#take(','))
    if (!this.#take('}')) this.#fail('after object key:value pair')
  }

  #array(depth: number): void {
    this.#index++
    this.#space()
    if (this.#take(']')) return
    do {
      this.#value(depth + 1)
      this.#space()
    } while (this.#take(','))
    if (!this.#take(']')) this.#fail('after array element')
  }

  #string(): void {
    this.#index++
    while (!this.#take('"')) {
      const char = this.#text[this.#index]
      if (char === undefined || char < ' ') this.#fail('in string literal')
      this.#index++
      if (char === '\\') this.#escape()
    }
  }

  #escape(): void {
    if (this.#take('u')) {
      for (let count = 0; count < 4; count++) {
        if (!/[0-9a-fA-F]/.test(this.#text[this.#index] ?? '')) this.#fail('in \\u hexadecimal character escape')
        this.#index++
      }
    } else if (/["\\/bfnrt]/.test(this.#text[this.#index] ?? '')) this.#index++
    else this.#fail('in string escape code')
  }

  #number(): void {
    const start = this.#index
    this.#take('-')
    if (!this.#take('0')) this.#digits('in numeric literal')
    if (this.#take('.')) this.#digits('after decimal point in numeric literal')
    if (this.#take('e') || this.#take('E')) {
      if (!this.#take('+')) this.#take('-')
      this.#digits('in exponent of numeric literal')
    }
    const written = this.#text.slice(start, this.#index)
    if (Number.isFinite(Number(written))) return
    throw new FunctionError(`json: cannot unmarshal number ${written} into Go value of type float64`)
  }

  #digits(where: string): void {
    if (!isDigit(this.#text[this.#index] ?? '')) this.#fail(where)
    while (isDigit(this.#text[this.#index] ?? '')) this.#index++
  }

  #literal(word: string): void {
    for (const char of word) if (!this.#take(char)) this.#fail(`in literal ${word} (expecting '${char}')`)
  }

  #space(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#index] ?? '')) this.#index++
  }

  #take(char: string): boolean {
    if (this.#text[this.#index] !== char) return false
    this.#index++
    return true
  }

  #fail(where: string): never {
    const code = this.#text.codePointAt(this.#index)
    // At the end, Go's scanner tries a space, which is only valid in strings and between values.
    if (code === undefined && !/^(?:in (?!string literal)|after decimal)/.test(where)) {
      throw new FunctionError('unexpected end of JSON input')
    }
    throw new FunctionError(`invalid character ${quotedByte(code ?? 0x20)} ${where}`)
  }
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9'
}

/** Go's scanner reads bytes: of a non-ASCII character it reports the first byte as a character. */
function quotedByte(code: number): string {
  if (code === 0x27) return `'\\''`
  if (code === 0x22) return `'"'`
  const byte =
    code < 0x80 ? code : code < 0x800 ? 0xc0 | (code >> 6) : code < 0x10000 ? 0xe0 | (code >> 12) : 0xf0 | (code >> 18)
  return quoteRune(byte)
}
