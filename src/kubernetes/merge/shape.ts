import { isObject, type Json } from '../../lang/json.ts'
import { type Field, type FieldType, type ScalarKind, struct } from '../schema/schema.ts'
import { MergeError, type Path } from './error.ts'

/** What the schema defines for a value, without pointers. Undefined: the value of a field that isn't in the schema. */
export type Shape =
  | { readonly kind: ScalarKind }
  | {
      readonly kind: 'struct'
      readonly children: () => ReadonlyMap<string, Child>
      /** The fields that Kubernetes writes also when they are unset, with the zero that it writes. */
      readonly written: () => ReadonlyMap<string, Json>
      /** The fields of which only one may be set; undefined if there are none, or if they are merged like others. */
      readonly union: () => Union | undefined
    }
  | { readonly kind: 'list' | 'map'; readonly item: Child }
  | undefined

/** Fields of a struct of which only one may be set. */
export interface Union {
  readonly members: ReadonlySet<string>
  /** The field that says which one is set. */
  readonly discriminator: string | undefined
}

/** How a list merges: by the key of its items, as a set of scalars, or not at all. */
export type ListStrategy =
  | { readonly by: 'key'; readonly key: string }
  | { readonly by: 'value' }
  | { readonly by: 'replace' }

/** What the schema defines for one key of an object, or for the items of a list. */
export interface Child {
  readonly shape: Shape
  readonly list: ListStrategy
  /** The value for which Kubernetes omits the field. */
  readonly zero: Json | undefined
}

const replace: ListStrategy = { by: 'replace' }
const byValue: ListStrategy = { by: 'value' }
const unknown: Child = { shape: undefined, list: replace, zero: undefined }

/** What the schema defines for one key of an object. The merge keys are those of Kubernetes' own types. */
export function childOf(shape: Shape, key: string): Child {
  if (shape?.kind === 'struct') return shape.children().get(key) ?? unknown
  return shape?.kind === 'map' ? shape.item : unknown
}

/** What the schema defines for the items of a list. */
export function itemOf(shape: Shape): Child {
  return shape?.kind === 'list' ? shape.item : unknown
}

/** Whether a merge lets the patch's member of a union replace the original's, or keeps both, as Kubernetes does. */
export type Unions = 'replace' | 'keep'

/** One shape per struct and way to merge. Its fields are derived once, on first use: they are read for every key of every patch. */
const structs = new Map<string, Shape>()

/** The shape of a struct in the schema. */
export function shapeOf(name: string, unions: Unions = 'keep'): Shape {
  const key = `${unions} ${name}`
  const existing = structs.get(key)
  if (existing !== undefined) return existing
  let children: ReadonlyMap<string, Child> | undefined
  let written: ReadonlyMap<string, Json> | undefined
  let union: { readonly of: Union | undefined } | undefined
  const derive = () => new Map([...struct(name).byJson].map(([key, field]) => [key, childOfField(field, unions)]))
  const deriveWritten = () =>
    new Map([...struct(name).byJson].filter(([, { type }]) => type.kind === 'Quantity').map(([key]) => [key, '0']))
  const shape: Shape = {
    kind: 'struct',
    children: () => {
      children ??= derive()
      return children
    },
    // Go never leaves out a struct, and a quantity is one; the one field of this kind is a divisor.
    written: () => {
      written ??= deriveWritten()
      return written
    },
    union: () => {
      union ??= { of: unions === 'replace' ? unionOf(name) : undefined }
      return union.of
    },
  }
  structs.set(key, shape)
  return shape
}

/** The union of a struct of the schema; undefined if it has none. */
export function unionOf(name: string): Union | undefined {
  const fields = [...struct(name).byJson]
  const members = fields.filter(([, { union }]) => union).map(([key]) => key)
  if (members.length === 0) return undefined
  return { members: new Set(members), discriminator: fields.find(([, { discriminator }]) => discriminator)?.[0] }
}

function childOfField(field: Field, unions: Unions): Child {
  return {
    shape: shapeOfType(field.type, unions),
    list: strategyOf(field),
    zero: field.omitEmpty ? zeros.get(field.type.kind) : undefined,
  }
}

/** The zero values that `omitempty` omits. Pointers have none: their zero value differs from unset. */
const zeros: ReadonlyMap<FieldType['kind'], Json> = new Map<FieldType['kind'], Json>([
  ['string', ''],
  ['bool', false],
  ['int32', 0],
  ['int64', 0],
])

function shapeOfType(type: FieldType, unions: Unions): Shape {
  if (type.kind === 'struct') return shapeOf(type.name, unions)
  if (!('of' in type)) return type
  const inner = shapeOfType(type.of, unions)
  return type.kind === 'pointer' ? inner : { kind: type.kind, item: { shape: inner, list: replace, zero: undefined } }
}

function strategyOf(field: Field): ListStrategy {
  if (!field.merge) return replace
  return field.mergeKey === undefined ? byValue : { by: 'key', key: field.mergeKey }
}

interface Expectation {
  readonly noun: string
  readonly accepts: (value: Json) => boolean
}

const string: Expectation = { noun: 'a string', accepts: (value) => typeof value === 'string' }
const integer: Expectation = { noun: 'a whole number', accepts: (value) => Number.isInteger(value) }
const object: Expectation = { noun: 'an object', accepts: isObject }

const expectations: Readonly<Record<ScalarKind | 'struct' | 'map' | 'list', Expectation>> = {
  struct: object,
  map: object,
  list: { noun: 'a list', accepts: (value) => Array.isArray(value) },
  string: string,
  bytes: string,
  Time: string,
  MicroTime: string,
  bool: { noun: 'true or false', accepts: (value) => typeof value === 'boolean' },
  int32: integer,
  int64: integer,
  Quantity: { noun: 'a quantity', accepts: (value) => typeof value === 'string' || typeof value === 'number' },
  IntOrString: {
    noun: 'a whole number or a string',
    accepts: (value) => string.accepts(value) || integer.accepts(value),
  },
  FieldsV1: object,
}

/** The shape of an object without a schema. */
export const anyObject: Shape = { kind: 'map', item: unknown }

/** Deeper than any real pod: deeper nesting is an attempt to exhaust the stack. */
const maxDepth = 100

/** Throws a MergeError for a value of the patch that Kubernetes' type can't hold. */
export function checkShape(shape: Shape, value: Json, path: Path): void {
  if (path.length > maxDepth) throw new MergeError(path, `nested more than ${maxDepth} levels deep`)
  if (shape === undefined) return
  const { noun, accepts } = expectations[shape.kind]
  if (!accepts(value)) throw new MergeError(path, `must be ${noun}, not ${describe(value)}`)
}

/** A short description of a value for an error. */
export function describe(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  const written = JSON.stringify(value)
  const shown = written.length > 60 ? `${written.slice(0, 60)}...` : written
  return typeof value === 'string' ? `the string ${shown}` : shown
}
