import { isObject, type Json, type JsonObject } from './json.ts'
import { type ByCode, byCode } from './text/by-code.ts'
import { type Found, foundOf, typeName } from './text/found.ts'
import { formatPath, type Path } from './text/path.ts'

const maxDepth = 100
// A ConfigMap holds at most 1 MiB, which is about 500,000 values.
const maxValues = 500_000

/** Something in a caller's data that JSON can't represent. */
export type JsonProblem =
  | { readonly code: 'not-data'; readonly actual: Found }
  | { readonly code: 'not-a-json-number'; readonly actual: string }
  | { readonly code: 'too-many-values'; readonly limit: number }
  | { readonly code: 'too-deep'; readonly limit: number }

/** A JsonProblem with its path. */
export type JsonFault = JsonProblem & { readonly path: Path }

/** The sentence for each code. */
export const jsonReasons: ByCode<JsonProblem, string> = {
  'not-data': ({ actual }) => `${typeName(actual)} is not JSON data`,
  'not-a-json-number': ({ actual }) => `${actual} is not a JSON number`,
  'too-many-values': ({ limit }) => `has more than ${limit} values`,
  'too-deep': ({ limit }) => `is nested deeper than ${limit} levels`,
}

/** `spec.when a function is not JSON data`. */
export function describeJsonFault(fault: JsonFault): string {
  return `${formatPath(fault.path)} ${byCode(jsonReasons, fault)}`.trim()
}

/**
 * A copy of external data as plain JSON, frozen at every depth: the caller can't change it later, and it shares nothing
 * with YAML aliases or the caller's objects. `undefined` in an object counts as unset. A value that can't be copied
 * becomes null in the copy and is reported in `problems`.
 */
export function copyJson(
  data: unknown,
  limit = maxValues,
): { readonly json: Json; readonly problems: readonly JsonFault[] } {
  const problems: JsonFault[] = []
  let left = limit
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
    if (left-- <= 0) return problems.length > 0 ? null : refuse([], { code: 'too-many-values', limit })
    if (path.length > maxDepth) return refuse(path.slice(0, 5), { code: 'too-deep', limit: maxDepth })
    if (Array.isArray(value)) return Object.freeze(value.map((item, index) => copy(item, [...path, index])))
    if (!isPlain(value)) return refuse(path, { code: 'not-data', actual: foundOf(value) })
    const entries = Object.entries(value).filter(([, item]) => item !== undefined)
    // fromEntries creates own properties, even for the key `__proto__`.
    return Object.freeze(Object.fromEntries(entries.map(([key, item]) => [key, copy(item, [...path, key])])))
  }
  return { json: copy(data, []), problems }
}

/** Whether a value is an object that is neither a list nor an instance of a class. */
export function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null
}

/** JSON with sorted keys: the same string for the same data. `undefined` counts as unset. */
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
 * Merges one values document over another, as Helm does: objects are merged key by key, `null` removes a key,
 * everything else (lists included) is replaced. Neither is modified.
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
