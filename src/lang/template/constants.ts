import { BoundedCache } from '../cache.ts'
import { Int } from '../go/int.ts'
import { isShared } from '../shared.ts'
import { Outputs } from './outputs.ts'
import { getKey, isList, isMap, StructValue, type Value } from './value.ts'

/** Data that is the same in many renders: parts that depend on nothing else are rendered once and cached. */
export interface ConstantNames {
  /** Fields whose values are scalars, structs that never change, or lists and maps passed to `share`. */
  readonly fields: readonly string[]
  /** The paths of maps of strings whose values count as constants if the template reads them by a literal key. */
  readonly keysOf: readonly (readonly string[])[]
}

export interface Constants {
  hasField(name: string | undefined): boolean
  /** Whether a map with constant keys is at a path or below it. */
  hasKeysBelow(path: readonly string[]): boolean
  /** Makes a key of the map at a path a constant; returns false if its keys can't be. */
  addKey(path: readonly string[], key: string): boolean
  /**
   * The cached outputs for the constants of this data. Undefined if nothing can be cached: for data with constants that
   * weren't seen before, or with a constant that may change.
   */
  outputsFor(data: Value): Outputs | undefined
}

// Istio's sidecar writes about 10,000 characters per set of constants.
const bounds = { maxEntries: 256, maxSize: 4_000_000 }
const maxSignatureLength = 8192

export function createConstants({ fields, keysOf }: ConstantNames): Constants {
  const maps = keysOf.map((path) => ({ path, name: nameOf(path), keys: new Set<string>() }))
  const numbers = new WeakMap<object, number>()
  let objects = 0
  // By the signature of the constants; 'once' for a signature that was seen once.
  const cache = new BoundedCache<Outputs | 'once'>(bounds)

  /** A string that is different for each value; undefined for a value that isn't constant. */
  const encode = (value: Value): string | undefined => {
    if (typeof value === 'string') return `${value.length}:${value}`
    if (typeof value !== 'object' || value === null) return String(value)
    if (value instanceof Int && value.named === null) return `${value.kind}${value.value}`
    if (!(value instanceof StructValue) && !isShared(value)) return undefined
    const number = numbers.get(value) ?? ++objects
    numbers.set(value, number)
    return `#${number}`
  }

  const signatureOf = (data: StructValue): string | undefined => {
    let signature = ''
    for (const field of fields) {
      const encoded = encode(data.field(field))
      if (encoded === undefined) return undefined
      signature += `${encoded} `
    }
    for (const { path, name, keys } of maps) {
      if (keys.size === 0) continue
      const map = path.reduce<Value>(
        (value, step) => (value instanceof StructValue ? value.field(step) : undefined),
        data,
      )
      if (!isMap(map)) return undefined
      signature += name
      for (const key of Object.keys(map)) {
        if (!keys.has(key)) continue
        const value = getKey(map, key)
        if (typeof value !== 'string') return undefined
        signature += ` ${key}=${value.length}:${value}`
      }
    }
    return signature.length > maxSignatureLength ? undefined : signature
  }

  return {
    hasField: (name) => name !== undefined && fields.includes(name),
    hasKeysBelow: (path) => maps.some(({ path: full }) => path.every((step, index) => step === full[index])),
    addKey(path, key) {
      const map = maps.find(({ name }) => name === nameOf(path))
      map?.keys.add(key)
      return map !== undefined
    },
    outputsFor(data) {
      const signature = data instanceof StructValue && fields.length > 0 ? signatureOf(data) : undefined
      if (signature === undefined) return undefined
      const cached = cache.get(signature)
      if (cached instanceof Outputs) return cached
      let size = signature.length
      if (cached === undefined) {
        cache.set(signature, 'once', size)
        return undefined
      }
      const outputs = new Outputs((characters) => {
        size += characters
        cache.set(signature, outputs, size)
      })
      cache.set(signature, outputs, size)
      return outputs
    },
  }
}

/** Whether functions of a template could change the value of a variable. */
export function isChangeable(value: Value): boolean {
  return (isList(value) || isMap(value)) && !isShared(value)
}

function nameOf(path: readonly string[]): string {
  return path.join('.')
}
