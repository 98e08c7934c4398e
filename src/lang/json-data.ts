import { isObject, type Json, type JsonObject } from './json.ts'
import type { Path } from './text/path.ts'

const deepest = 100
// A ConfigMap holds 1 MiB, which is some 500,000 values at the very most.
const mostValues = 500_000

/** Something in a caller's data that no JSON can say, and where. */
export interface JsonProblem {
  readonly path: Path
  readonly reason: string
}

/**
 * A copy of data from outside that is JSON and nothing else, frozen at every depth: whoever passed it can't change it later, and
 * aliases of YAML or a caller's own objects aren't shared. `undefined` in an object counts as absent. What can't be copied is null
 * in the copy, and a problem.
 */
export function copyJson(
  data: unknown,
  most = mostValues,
): { readonly json: Json; readonly problems: readonly JsonProblem[] } {
  const problems: JsonProblem[] = []
  let left = most
  const refuse = (path: Path, reason: string): null => {
    problems.push({ path, reason })
    return null
  }
  const copy = (value: unknown, path: Path): Json => {
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
    if (typeof value === 'number' || typeof value === 'bigint') {
      const number = Number(value)
      return Number.isFinite(number) ? number : refuse(path, `${number} is not a number that JSON has`)
    }
    if (left-- <= 0) return problems.length > 0 ? null : refuse([], `has more than ${most} values`)
    if (path.length > deepest) return refuse(path.slice(0, 5), `is nested deeper than ${deepest} levels`)
    if (Array.isArray(value)) return Object.freeze(value.map((item, index) => copy(item, [...path, index])))
    if (!isPlain(value)) return refuse(path, `${kindOf(value)} is not data: only what JSON can hold is`)
    const entries = Object.entries(value).filter(([, item]) => item !== undefined)
    // fromEntries makes own properties, also of a key `__proto__`.
    return Object.freeze(Object.fromEntries(entries.map(([key, item]) => [key, copy(item, [...path, key])])))
  }
  return { json: copy(data, []), problems }
}

/** Whether a value is an object, not a list, that isn't an instance of a class. */
export function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null
}

/** What a value is, as a sentence calls it. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (isObject(value)) return 'an object'
  return { string: 'a text', number: 'a number', boolean: 'a boolean' }[String(typeof value)] ?? `a ${typeof value}`
}

/** JSON with the keys of every object in order: the same text for the same data. Absent and `undefined` are alike. */
export function canonicalJson(data: unknown): string {
  if (Array.isArray(data)) return `[${data.map(canonicalJson).join(',')}]`
  if (typeof data === 'object' && data !== null) {
    const entries = Object.entries(data).filter(([, value]) => value !== undefined)
    entries.sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${canonicalJson(value)}`).join(',')}}`
  }
  return JSON.stringify(data) ?? 'null'
}

/**
 * Lays one values document over another, as Helm does: objects join key by key, `null` removes a key, everything else (lists
 * too) replaces. Neither is changed.
 */
export function mergeValues(base: JsonObject, overlay: JsonObject): JsonObject {
  const merged = new Map<string, Json>(Object.entries(base))
  for (const [key, value] of Object.entries(overlay)) {
    const below = merged.get(key)
    if (value === null) merged.delete(key)
    else merged.set(key, isObject(value) ? mergeValues(isObject(below) ? below : {}, value) : value)
  }
  return Object.fromEntries(merged)
}
