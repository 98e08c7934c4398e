/* Detects prototype pollution, which a document with a key `__proto__` would cause if it were read carelessly. */

const prototypes: Readonly<Record<string, object>> = {
  Object: Object.prototype,
  Array: Array.prototype,
  String: String.prototype,
  Number: Number.prototype,
  Function: Function.prototype,
  Map: Map.prototype,
  RegExp: RegExp.prototype,
}

const before = new Map(Object.entries(prototypes).map(([name, prototype]) => [name, snapshot(prototype)]))

function snapshot(object: object): ReadonlyMap<PropertyKey, unknown> {
  return new Map(Reflect.ownKeys(object).map((key) => [key, Object.getOwnPropertyDescriptor(object, key)?.value]))
}

/** The name of a prototype whose keys have changed since the start; empty if there is none. */
export function changedPrototypes(): string {
  for (const [name, prototype] of Object.entries(prototypes)) {
    const original = before.get(name)
    const keys = Reflect.ownKeys(prototype)
    const same = keys.length === original?.size && keys.every((key) => original.has(key))
    if (!same) return `${name}.prototype`
  }
  return ''
}

/** The name of a prototype's property that was added or replaced since the start; empty if there is none. */
export function replacedMethods(): string {
  for (const [name, prototype] of Object.entries(prototypes)) {
    const original = before.get(name)
    for (const [key, value] of snapshot(prototype))
      if (original?.get(key) !== value) return `${name}.prototype.${String(key)}`
  }
  return ''
}
