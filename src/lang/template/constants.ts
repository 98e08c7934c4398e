import { BoundedCache } from '../cache.ts'
import { Int } from '../go/int.ts'
import { isShared } from '../shared.ts'
import { Outputs } from './outputs.ts'
import { getKey, isList, isMap, StructValue, type Value } from './value.ts'

/** What is the same in the data of many renders, so that what depends on nothing else is rendered once and repeated. */
export interface ConstantNames {
  /** Fields whose values are scalars, structs that never change, or lists and maps given to `share`. */
  readonly fields: readonly string[]
  /** Maps of texts, by their path: what is read of them by a key that the template names. */
  readonly keysOf: readonly (readonly string[])[]
}

export interface Constants {
  hasField(name: string | undefined): boolean
  /** Whether a map whose keys count stands at a path or below it. */
  hasKeysBelow(path: readonly string[]): boolean
  /** From now on this key of the map at that path counts; false where keys of it don't. */
  addKey(path: readonly string[], key: string): boolean
  /**
   * What was rendered for data with the same constants, and where what is rendered now is kept. Undefined where nothing is to be
   * repeated: for data whose like wasn't seen before, or that has a constant that may change.
   */
  outputsFor(data: Value): Outputs | undefined
}

// Istio's sidecar writes some 10,000 characters for one set of constants.
const bounds = { maxEntries: 256, maxSize: 4_000_000 }
const maxSignatureLength = 8192

export function createConstants({ fields, keysOf }: ConstantNames): Constants {
  const maps = keysOf.map((path) => ({ path, name: nameOf(path), keys: new Set<string>() }))
  const numbers = new WeakMap<object, number>()
  let objects = 0
  // By the signature of the constants; 'once' for one that came once.
  const cache = new BoundedCache<Outputs | 'once'>(bounds)

  /** A text that is another for each value; undefined for a value that isn't constant. */
  const sign = (value: Value): string | undefined => {
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
      const signed = sign(data.field(field))
      if (signed === undefined) return undefined
      signature += `${signed} `
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
      const before = cache.get(signature)
      if (before instanceof Outputs) return before
      let size = signature.length
      if (before === undefined) {
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

/** Whether functions of a template could change a value that a variable holds. */
export function isChangeable(value: Value): boolean {
  return (isList(value) || isMap(value)) && !isShared(value)
}

function nameOf(path: readonly string[]): string {
  return path.join('.')
}
