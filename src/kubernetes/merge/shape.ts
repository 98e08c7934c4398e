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
    }
  | { readonly kind: 'list' | 'map'; readonly item: Child }
  | undefined

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

/** One shape per struct. Its fields are derived once, on first use: they are read for every key of every patch. */
const structs = new Map<string, Shape>()

/** The shape of a struct in the schema. */
export function shapeOf(name: string): Shape {
  const existing = structs.get(name)
  if (existing !== undefined) return existing
  let children: ReadonlyMap<string, Child> | undefined
  let written: ReadonlyMap<string, Json> | undefined
  const derive = () => new Map([...struct(name).byJson].map(([key, field]) => [key, childOfField(field)]))
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
  }
  structs.set(name, shape)
  return shape
}

function childOfField(field: Field): Child {
  return {
    shape: shapeOfType(field.type),
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

function shapeOfType(type: FieldType): Shape {
  if (type.kind === 'struct') return shapeOf(type.name)
  if (!('of' in type)) return type
  const inner = shapeOfType(type.of)
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
