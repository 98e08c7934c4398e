import { indentTo, indicator, newOutput, type Output, scalar } from './emitter.ts'
import { compareKeys } from './key-order.ts'
import { isMultiline, styleOf } from './scalar-style.ts'
import { shortestFloat } from './shortest.ts'
import type { YamlValue } from './value.ts'

const indentWidth = 2
// In bytes of UTF-8. A longer key is written on a line of its own, after `?`.
const maxSimpleKey = 128

/**
 * Writes YAML byte for byte as Kubernetes' tools do: keys in natural order, lists at the column of their key, quotes
 * only where a string would be read as another type. Ends with a line break. Numbers are float64; a bigint is an
 * integer of any size. Throws a `RangeError` for infinities and NaN, which JSON doesn't have.
 */
export function writeYaml(value: YamlValue): string {
  const out = newOutput()
  writeNode(out, value, -1, false)
  indentTo(out, 0)
  return out.text
}

/** `indent` is the column of the enclosing mapping or list, -1 at the root. */
function writeNode(out: Output, value: YamlValue, indent: number, isMappingValue: boolean): void {
  if (typeof value === 'string') {
    writeString(out, foldNextLine(value), indent, false)
  } else if (typeof value !== 'object' || value === null) {
    scalar(out, literalText(value), 'plain', indent, false)
  } else if (Array.isArray(value)) {
    writeList(out, value, indent, isMappingValue)
  } else {
    writeMapping(out, Object.entries(value), indent)
  }
}

function literalText(value: null | boolean | number | bigint): string {
  return typeof value === 'number' ? numberText(value) : String(value)
}

// Whole numbers between these bounds fit in Go's 64-bit integers, and are written without an exponent.
const minInteger = -(2 ** 63)
const maxInteger = 2 ** 64

function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} can't be written as YAML: JSON has no such number`)
  if (Number.isInteger(value) && value > minInteger && value < maxInteger) return String(value)
  return shortestFloat(value)
}

function writeString(out: Output, text: string, indent: number, isKey: boolean): void {
  scalar(out, text, styleOf(text, isKey), deeper(indent, indentWidth), isKey)
}

function writeList(out: Output, items: readonly YamlValue[], indent: number, isMappingValue: boolean): void {
  if (items.length === 0) {
    indicator(out, '[]', true)
    return
  }
  const column = isMappingValue && !out.indented ? indent : deeper(indent, 0)
  for (const item of items) {
    indentTo(out, column)
    indicator(out, '-', true, true)
    writeNode(out, item, column, false)
  }
}

function writeMapping(out: Output, entries: readonly (readonly [string, YamlValue])[], indent: number): void {
  if (entries.length === 0) {
    indicator(out, '{}', true)
    return
  }
  const column = deeper(indent, 0)
  const pairs = entries.map(([key, value]) => [foldNextLine(key), value] as const)
  for (const [key, value] of pairs.sort(([a], [b]) => compareKeys(a, b))) {
    indentTo(out, column)
    const isSimple = !isMultiline(key) && utf8Length(key) <= maxSimpleKey
    if (!isSimple) indicator(out, '?', true, true)
    writeString(out, key, column, isSimple)
    if (!isSimple) indentTo(out, column)
    indicator(out, ':', !isSimple, !isSimple)
    writeNode(out, value, column, true)
  }
}

function deeper(indent: number, atRoot: number): number {
  return indent < 0 ? atRoot : indent + indentWidth
}

function utf8Length(text: string): number {
  return text.length * 3 <= maxSimpleKey ? text.length : new TextEncoder().encode(text).length
}

/**
 * Kubernetes' tools read the JSON they write as YAML 1.1, in which U+0085 is a line break and becomes a space within
 * quotes. Lone surrogates become U+FFFD.
 */
function foldNextLine(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed()
  if (!whole.includes('\u0085')) return whole
  return whole.replaceAll(/ *\u0085[\u0085 ]*/g, (run) => '\n'.repeat(run.split('\u0085').length - 2) || ' ')
}
