import { isObject, type Json, type JsonObject } from './json.ts'
import { type ByCode, byCode } from './text/by-code.ts'
import { type Found, foundOf, typeText } from './text/found.ts'
import { formatPath, type Path } from './text/path.ts'

const maxDepth = 100
// A ConfigMap holds 1 MiB, which is some 500,000 values at the very most.
const maxValues = 500_000

/** Something in a caller's data that no JSON can say. */
export type JsonProblem =
  | { readonly code: 'not-data'; readonly actual: Found }
  | { readonly code: 'not-a-json-number'; readonly actual: string }
  | { readonly code: 'too-many-values'; readonly limit: number }
  | { readonly code: 'too-deep'; readonly limit: number }

/** The same, and where. */
export type JsonFault = JsonProblem & { readonly path: Path }

/** For each code the sentence. */
export const jsonReasons: ByCode<JsonProblem, string> = {
  'not-data': ({ actual }) => `${typeText(actual)} is not data: only what JSON can hold is`,
  'not-a-json-number': ({ actual }) => `${actual} is not a number that JSON has`,
  'too-many-values': ({ limit }) => `has more than ${limit} values`,
  'too-deep': ({ limit }) => `is nested deeper than ${limit} levels`,
}

/** `spec.when a function is not data: only what JSON can hold is`. */
export function describeJsonFault(fault: JsonFault): string {
  return `${formatPath(fault.path)} ${byCode(jsonReasons, fault)}`.trim()
}

/**
 * A copy of data from outside that is JSON and nothing else, frozen at every depth: whoever passed it can't change it later, and
 * aliases of YAML or a caller's own objects aren't shared. `undefined` in an object counts as absent. What can't be copied is null
 * in the copy, and a problem.
 */
export function copyJson(
  data: unknown,
  most = maxValues,
): { readonly json: Json; readonly problems: readonly JsonFault[] } {
  const problems: JsonFault[] = []
  let left = most
  const refuse = (path: Path, problem: JsonProblem): null => {
    problems.push({ ...problem, path })
    return null
  }
  const copy = (value: unknown, path: Path): Json => {
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
    if (typeof value === 'number' || typeof value === 'bigint') {
      const number = Number(value)
      return Number.isFinite(number) ? number : refuse(path, { code: 'not-a-json-number', actual: String(number) })
    }
    if (left-- <= 0) return problems.length > 0 ? null : refuse([], { code: 'too-many-values', limit: most })
    if (path.length > maxDepth) return refuse(path.slice(0, 5), { code: 'too-deep', limit: maxDepth })
    if (Array.isArray(value)) return Object.freeze(value.map((item, index) => copy(item, [...path, index])))
    if (!isPlain(value)) return refuse(path, { code: 'not-data', actual: foundOf(value) })
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
