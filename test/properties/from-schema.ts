import fc from 'fast-check'
import { type Field, type FieldType, type ScalarKind, struct } from '../../src/kubernetes/schema/schema.ts'
import type { Json, JsonObject } from '../../src/lang/json.ts'

/* Objects of any Kubernetes type, generated from the tables of its fields. */

/** What the tables don't contain, by `Struct` or `Struct.field`. */
export interface Knowledge {
  /** Replace the arbitrary of the type; called once. */
  readonly arbitraries: Readonly<Record<string, () => fc.Arbitrary<Json>>>
  /** How often an optional field is set, from 0 to 1; fields that are not listed have the chance `otherwise`. */
  readonly chances: Readonly<Record<string, number>>
  readonly otherwise: number
  /** How often a struct has a field that its type doesn't know. */
  readonly unknown: number
}

/** A field of a newer Kubernetes, with a value by which it is recognized. */
export const unknownField = 'ofNewerKubernetes'
const unknownValue = fc.record({ since: fc.nat(1_000_000), list: fc.constant([{ a: [] }]) })

/** Returns a function that returns the arbitrary of a struct by its name. */
export function createSchemaArbitraries(knowledge: Knowledge): (name: string) => fc.Arbitrary<JsonObject> {
  const cache = new Map<string, fc.Arbitrary<JsonObject>>()

  function ofStruct(name: string): fc.Arbitrary<JsonObject> {
    const found = cache.get(name)
    if (found !== undefined) return found
    const arbitrary = (knowledge.arbitraries[name]?.() as fc.Arbitrary<JsonObject> | undefined) ?? byFields(name)
    cache.set(name, arbitrary)
    return arbitrary
  }

  function byFields(name: string): fc.Arbitrary<JsonObject> {
    const fields = [...struct(name).byJson].map(([key, field]): Entry => {
      const arbitrary = knowledge.arbitraries[`${name}.${key}`]?.() ?? ofType(field.type, field)
      const optional = knowledge.chances[`${name}.${key}`] ?? (field.omitEmpty ? knowledge.otherwise : 1)
      return { key, arbitrary, chance: optional }
    })
    return sparse([...fields, { key: unknownField, arbitrary: unknownValue, chance: knowledge.unknown }])
  }

  function ofType(type: FieldType, field?: Field): fc.Arbitrary<Json> {
    switch (type.kind) {
      case 'struct':
        return ofStruct(type.name)
      case 'pointer':
        return ofType(type.of)
      case 'map':
        return mapOf(word, ofType(type.of))
      case 'list':
        return listOf(ofType(type.of), field?.mergeKey)
      default:
        return scalars[type.kind]
    }
  }

  return ofStruct
}

export interface Entry {
  readonly key: string
  readonly arbitrary: fc.Arbitrary<Json>
  /** From 0 to 1; shrinks to unset, unless 1. */
  readonly chance: number
}

/** An object with any of these fields. */
export function sparse(entries: readonly Entry[]): fc.Arbitrary<JsonObject> {
  const values = entries.map(({ arbitrary, chance }) => (chance >= 1 ? arbitrary : maybe(arbitrary, chance)))
  return fc.tuple(...values).map((all) =>
    Object.fromEntries(
      entries.flatMap(({ key }, index) => {
        const value = all[index]
        return value === undefined ? [] : [[key, value]]
      }),
    ),
  )
}

export function maybe<T>(arbitrary: fc.Arbitrary<T>, chance: number): fc.Arbitrary<T | undefined> {
  const percent = Math.max(1, Math.round(chance * 100))
  return fc.oneof(
    { withCrossShrink: true },
    { arbitrary: fc.constant(undefined), weight: 100 - percent },
    { arbitrary, weight: percent },
  )
}

/** A list; with a merge key, each key occurs once. */
export function listOf(item: fc.Arbitrary<Json>, mergeKey?: string, maxLength = 3): fc.Arbitrary<Json> {
  if (mergeKey === undefined) return fc.array(item, { maxLength })
  const keyed = fc.tuple(item, word).map(([object, name]): Json => ({ [mergeKey]: name, ...(object as JsonObject) }))
  return fc.uniqueArray(keyed, { maxLength, selector: (object) => (object as JsonObject)[mergeKey] })
}

/** A map, in which `__proto__` is an ordinary key. */
export function mapOf(key: fc.Arbitrary<string>, value: fc.Arbitrary<Json>, maxLength = 3): fc.Arbitrary<JsonObject> {
  return fc
    .uniqueArray(fc.tuple(key, value), { maxLength, selector: ([name]) => name })
    .map((pairs) => Object.fromEntries(pairs))
}

export const anyOf = <T>(...all: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...all)

const word = anyOf('a', 'b', 'web', 'data', 'x.y/z', 'A_B', '__proto__', 'constructor', 'toString')

export const text: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: anyOf('a', 'web', 'example.com/x:1', '/var/x', ''), weight: 8 },
  {
    arbitrary: anyOf('yes', '0x1F', '~', '1e3', '{{ .Values }}', '$(A)', "it's", 'a: b #c', '- x', '\u00e9\u2028'),
    weight: 1,
  },
  { arbitrary: fc.string({ maxLength: 8, unit: 'grapheme' }), weight: 1 },
)
const integer = anyOf(0, 1, 5, 80, 1337, 8080, -1, 2_147_483_647)
const time = anyOf('2024-02-29T00:00:00Z', '2025-01-01T10:00:00.123456Z')

const scalars: Readonly<Record<ScalarKind, fc.Arbitrary<Json>>> = {
  string: text,
  bool: fc.boolean(),
  int32: integer,
  int64: integer,
  bytes: anyOf('aGk='),
  Time: time,
  MicroTime: time,
  Quantity: anyOf<Json>('100m', '1', '1.5Gi', '0', 2),
  IntOrString: anyOf<Json>('http', 'gone', 80, 8080, 15020, 0),
  FieldsV1: anyOf<Json>({ 'f:metadata': { 'f:labels': {} } }),
}
