import type { Json } from '../json.ts'

/**
 * The value of a YAML document as Kubernetes reads it, that is as JSON: every key is a string. A number is a float64; an
 * integer that a float64 can't hold exactly (beyond 2^53, within 64 bits) is a bigint.
 */
export type YamlValue = null | boolean | number | bigint | string | readonly YamlValue[] | YamlObject

export interface YamlObject {
  readonly [key: string]: YamlValue
}

/** A mapping while it is being read. */
export type OpenObject = { [key: string]: YamlValue }

/** Sets an own property of any name: `__proto__` is a key like any other and doesn't change the prototype. */
export function setOwn<T>(object: { [key: string]: T }, key: string, value: T): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
  } else {
    object[key] = value
  }
}

/** Replaces every bigint with the nearest float64. */
export function roundIntegers(value: YamlValue): Json {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(roundIntegers)
  const object: { [key: string]: Json } = {}
  for (const [key, item] of Object.entries(value)) setOwn(object, key, roundIntegers(item))
  return object
}
