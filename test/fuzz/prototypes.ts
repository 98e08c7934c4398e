/* What a document with a key `__proto__` would change, if it were read carelessly. */

const prototypes: Readonly<Record<string, object>> = {
  Object: Object.prototype,
  Array: Array.prototype,
  String: String.prototype,
  Number: Number.prototype,
  Function: Function.prototype,
  Map: Map.prototype,
  RegExp: RegExp.prototype,
}

const before = new Map(Object.entries(prototypes).map(([name, one]) => [name, snapshot(one)]))

function snapshot(object: object): ReadonlyMap<PropertyKey, unknown> {
  return new Map(Reflect.ownKeys(object).map((key) => [key, Object.getOwnPropertyDescriptor(object, key)?.value]))
}

/** The name of a prototype with other properties than at the start; empty where there is none. */
export function changedPrototypes(): string {
  for (const [name, one] of Object.entries(prototypes)) {
    const known = before.get(name)
    const keys = Reflect.ownKeys(one)
    const same = keys.length === known?.size && keys.every((key) => known.has(key))
    if (!same) return `${name}.prototype`
  }
  return ''
}

/** As `changedPrototypes`, and the properties must also be what they were. */
export function replacedMethods(): string {
  for (const [name, one] of Object.entries(prototypes)) {
    const known = before.get(name)
    for (const [key, value] of snapshot(one)) if (known?.get(key) !== value) return `${name}.prototype.${String(key)}`
  }
  return ''
}
