import { Complex } from '../../go/complex.ts'
import { floatText } from '../../go/float.ts'
import { Int } from '../../go/int.ts'
import { sortedKeys } from '../../go/utf8.ts'
import { FunctionError } from '../errors.ts'
import { GoFunction, type GoMap, isList, type List, StructValue, type Value } from '../value.ts'

/** The max length of a printed value, in characters: a value can contain itself, or the same list many times. */
export const maxPrinted = 4 * 1024 * 1024
const maxDepth = 1000

/** Formats a value like Go's `%v`: `<nil>` for nil, `[a b]`, `map[a:1 b:2]` in key order, numbers in Go's formats. */
export function toText(value: Value): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return floatText(value)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (value === null || value === undefined) return '<nil>'
  if (value instanceof Int) return intText(value)
  if (value instanceof Complex) return complexText(value)
  return new Printer().print(value).text
}

/** Both parts, the imaginary one with its sign: `(1-2i)`. */
function complexText({ real, imag }: Complex): string {
  const text = floatText(imag)
  return `(${floatText(real)}${text.startsWith('-') ? '' : '+'}${text}i)`
}

/** An integer in decimal, or as formatted by its type's String method. */
export function intText(int: Int): string {
  return int.named?.text?.(int.value) ?? int.value.toString()
}

/** Go's fmt.Sprint: adds a space between two operands if neither is a string. */
export function sprint(values: readonly Value[]): string {
  let text = ''
  for (const [index, value] of values.entries()) {
    if (index > 0 && typeof value !== 'string' && typeof values[index - 1] !== 'string') text += ' '
    text = bounded(text + toText(value))
  }
  return text
}

/** Go's fmt.Sprintln: adds spaces between all operands, and a line break. */
export function sprintln(values: readonly Value[]): string {
  return bounded(`${values.map(toText).join(' ')}\n`)
}

/** Returns the text. Throws a FunctionError if it is too long. */
export function bounded(text: string): string {
  if (text.length > maxPrinted)
    throw new FunctionError(`the printed value would be longer than ${maxPrinted} characters`)
  return text
}

class Printer {
  text = ''
  #depth = 0

  print(value: Value): this {
    if (typeof value !== 'object' || value === null || value instanceof Int || value instanceof Complex)
      this.text += toText(value)
    else if (this.#depth >= maxDepth)
      throw new FunctionError(`can't print a value nested deeper than ${maxDepth} levels`)
    else {
      this.#depth++
      this.#composite(value)
      this.#depth--
    }
    bounded(this.text)
    return this
  }

  #composite(value: List | GoMap | StructValue | GoFunction): void {
    if (isList(value)) this.#members('[', value, ']')
    else if (value instanceof StructValue) this.#struct(value)
    else if (value instanceof GoFunction) this.text += value.typeName
    else this.#map(value)
  }

  #members(open: string, values: readonly Value[], close: string): void {
    this.text += open
    for (const [index, value] of values.entries()) {
      if (index > 0) this.text += ' '
      this.print(value)
    }
    this.text += close
  }

  #map(map: GoMap): void {
    this.text += 'map['
    for (const [index, key] of sortedKeys(map).entries()) {
      this.text += `${index > 0 ? ' ' : ''}${key}:`
      this.print(map[key])
    }
    this.text += ']'
  }

  #struct(value: StructValue): void {
    const text = value.text()
    if (text !== undefined) this.text += text
    else if (value.isNil()) this.text += '<nil>'
    else {
      const open = value.typeName.startsWith('*') ? '&{' : '{'
      const fields = value.fieldNames().map((name) => value.field(name))
      this.#members(open, fields, '}')
    }
  }
}
