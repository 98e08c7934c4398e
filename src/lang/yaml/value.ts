import type { Json } from '../json.ts'

/**
 * What a YAML document holds once it is read as Kubernetes reads it, that is as JSON: every key is a text.
 * A number is a float64; an integer that a float64 cannot hold exactly (beyond 2^53, within 64 bits) is a bigint.
 */
export type YamlValue = null | boolean | number | bigint | string | readonly YamlValue[] | YamlObject

export interface YamlObject {
  readonly [key: string]: YamlValue
}

/** A mapping or list while it is being read. */
export type OpenObject = { [key: string]: YamlValue }

/** Sets an own property, whatever its name: `__proto__` is a key like any other and changes no prototype. */
export function setOwn<T>(object: { [key: string]: T }, key: string, value: T): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
  } else {
    object[key] = value
  }
}

/** The same value with every bigint as the nearest float64. */
export function roundIntegers(value: YamlValue): Json {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(roundIntegers)
  const object: { [key: string]: Json } = {}
  for (const [key, one] of Object.entries(value)) setOwn(object, key, roundIntegers(one))
  return object
}
