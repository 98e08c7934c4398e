import { type LabelSelector, readSelector } from '../kubernetes/selector.ts'
import { isObject, type Json, type JsonObject, type StringMap } from '../lang/json.ts'
import { foundOf } from '../lang/text/found.ts'
import type { Path } from '../lang/text/path.ts'
import type { Report } from './faults.ts'
import type { ConfigProblem, Expected } from './problem.ts'

/** Reads a value of a document. Reports an invalid value and returns a fallback, so that reading continues. */
export type Read<T> = (value: Json, path: Path, report: Report) => T

export function wrongType(expected: Expected, value: unknown): ConfigProblem {
  return { code: 'wrong-type', expected, actual: foundOf(value) }
}

export const readString: Read<string> = (value, path, report) => {
  if (typeof value === 'string') return value
  report(path, wrongType('string', value))
  return ''
}

export const readBoolean: Read<boolean> = (value, path, report) => {
  if (typeof value === 'boolean') return value
  report(path, { code: 'not-one-of', expected: ['true', 'false'], actual: value })
  return false
}

export const readStrings: Read<readonly string[]> = (value, path, report) => readList(readString)(value, path, report)

export function readList<T>(readItem: Read<T>): Read<readonly T[]> {
  return (value, path, report) => {
    if (Array.isArray(value)) return value.map((item: Json, index) => readItem(item, [...path, index], report))
    report(path, wrongType('list', value))
    return []
  }
}

export function readMap<T>(readItem: Read<T>): Read<{ readonly [key: string]: T }> {
  return (value, path, report) =>
    Object.fromEntries(
      Object.entries(readObject(value, path, report)).map(([key, item]) => [
        key,
        readItem(item, [...path, key], report),
      ]),
    )
}

export const readObject: Read<JsonObject> = (value, path, report) => {
  if (isObject(value)) return value
  report(path, wrongType('object', value))
  return {}
}

export function readOneOf<T extends string>(...known: readonly [T, ...T[]]): Read<T> {
  return (value, path, report) => {
    const found = known.find((one) => one === value)
    if (found === undefined) report(path, { code: 'not-one-of', expected: known, actual: value })
    return found ?? known[0]
  }
}

export const readLabelSelector: Read<LabelSelector> = (value, path, report) => {
  const { selector, faults } = readSelector(value)
  for (const fault of faults) report([...path, ...fault.path], { code: 'selector', fault })
  return selector
}

/** Annotations. The API server would reject every pod with an invalid annotation name. */
export const readAnnotations: Read<StringMap> = (value, path, report) => {
  const annotations = readMap(readString)(value, path, report)
  for (const name of Object.keys(annotations)) {
    if (!isAnnotationName(name)) report([...path, name], { code: 'not-an-annotation' })
  }
  return annotations
}

/** Whether a string is [PREFIX/]NAME. https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/#syntax-and-character-set */
export function isAnnotationName(name: string): boolean {
  const [last = '', prefix, ...more] = name.split('/').reverse()
  const validPrefix = prefix === undefined || (prefix.length <= 253 && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(prefix))
  return more.length === 0 && validPrefix && last.length <= 63 && /^[a-z0-9]([\w.-]*[a-z0-9])?$/i.test(last)
}

/** The entries that have a value: `key:` without one counts as unset. */
export function presentEntries(object: JsonObject): readonly [string, Json][] {
  return Object.entries(object).filter(([, value]) => value !== null)
}
