/*
 * The values of a template, and how they stand for those of Go:
 *
 *   nil                      null; a value that isn't there at all (a key that a map lacks) undefined
 *   bool, string             boolean, string (bytes that are no text: see ../go/utf8.ts)
 *   float64                  number: every number of a document is a float64
 *   int, int64, uint8, ...   Int
 *   []interface{}            array; a slice of another type has its Go type under `goType`
 *   map[string]interface{}   object, read by its own properties only; a map of another type has its Go type under `goType`
 *   nil slices and maps      an empty array or object with `nilMark`
 *   structs, pointers to one StructValue
 *   functions                GoFunction
 */
import { Int, isIntKind } from '../go/int.ts'
import { byteLength } from '../go/utf8.ts'
import { FunctionError } from './errors.ts'
import type { Host } from './host.ts'

/** The Go type of a list or map that is not `[]interface {}` or `map[string]interface {}`, such as `[]string`. */
export const goType: unique symbol = Symbol('Go type')
/** Set on a list or map that is nil in Go: it prints as an empty one, and is `null` in JSON. */
export const nilMark: unique symbol = Symbol('nil')

export interface List extends Array<Value> {
  [goType]?: string
  [nilMark]?: true
}

export interface GoMap {
  [key: string]: Value
  [goType]?: string
  [nilMark]?: true
}

export type Value = undefined | null | boolean | string | number | Int | List | GoMap | StructValue | GoFunction

/**
 * What a parameter takes, as Go's reflection checks it: a literal is read as the parameter's type (`repeat 2.0 "x"`), any other value
 * must have it (`repeat (add 1 2) "x"` fails: add gives an int64).
 */
export interface ParamTypes {
  string: string
  bool: boolean
  float64: number
  /** Handed over as a number; what lies beyond 2^53 loses its last digits, which no count of anything needs. */
  int: number
  int64: bigint
  /** interface{}: any value, a missing one as null. */
  any: Value
  /** reflect.Value, as the built-ins take: any value, where a missing one is undefined and nil is null. */
  value: Value
  /** []interface{} alone, not []string; nil becomes a nil list. */
  list: List
  /** []string alone. */
  strings: List
  /** map[string]interface{} alone; nil becomes a nil map. */
  map: GoMap
  /** map[string]string alone. */
  stringMap: GoMap
  /** Any struct or pointer to one. */
  struct: StructValue
}

export type ParamType = keyof ParamTypes

/** What a function may ask of the render that calls it. */
export interface Runtime {
  /** What the template is rendered with: `$` in the main template. What a function reads of it must be among the constants (see constants.ts), unless it has the trait `varies`. */
  readonly data: Value
  /** The clocks and the randomness of the render. A function whose result depends on them has the trait `varies`. */
  readonly host: Host
  /** Counts `bytes` about to be made against the limit on string growth; call it before a string is made larger. Throws when it is exceeded. */
  grow(bytes: number): void
  /** Counts `steps` of a loop or elements of a list against the limit on iterations. Throws when it is exceeded. */
  iterate(steps: number): void
  /** Renders a named template of the set to a string. */
  include(name: string, data: Value): string
  /** Reports something to whoever asked for the render; a function that does so has the trait `notes`. */
  note(text: string): void
}

/** What may be said of a function: see GoFunction. */
export interface Traits {
  readonly varies?: boolean | undefined
  readonly notes?: boolean | undefined
  readonly readsKeyOf?: readonly string[] | undefined
}

/** A function of a template. Made by `define` and `defineWithRuntime`. */
export class GoFunction {
  readonly params: readonly ParamType[]
  /** The type of every argument behind `params`, or null when there may be none. */
  readonly variadic: ParamType | null
  /** Whether `call` takes the Runtime in front of the arguments. */
  readonly wantsRuntime: boolean
  readonly call: (...args: unknown[]) => Value
  /** As %T prints it. */
  readonly typeName: string
  /** Whether its result depends on more than its arguments: the clock, or chance. */
  readonly varies: boolean
  /** Whether it notes its calls (see Runtime), so that none may be left out. */
  readonly notes: boolean
  /**
   * Set where the second argument is a key, and all that the function reads of the first one is the value of that key: of the map itself
   * (an empty path), or of one below it.
   */
  readonly readsKeyOf: readonly string[] | undefined

  constructor(
    params: readonly ParamType[],
    variadic: ParamType | null,
    wantsRuntime: boolean,
    call: unknown,
    typeName = 'func',
    { varies = false, notes = false, readsKeyOf }: Traits = {},
  ) {
    this.params = params
    this.variadic = variadic
    this.wantsRuntime = wantsRuntime
    // `define` has the compiler hold the parameters of `call` against `params`.
    this.call = call as (...args: unknown[]) => Value
    this.typeName = typeName
    this.varies = varies
    this.notes = notes
    this.readsKeyOf = readsKeyOf
  }
}

/**
 * A struct of Go, or a pointer to one, as templates see it: fields and methods by name. The engine knows no more of it, so a view of
 * a typed object can be built as it is read.
 */
export abstract class StructValue {
  /** As Go's %T prints it: `v1.Container`, or `*v1alpha1.ProxyConfig` for a pointer. */
  abstract readonly typeName: string

  /** The field's value: a typed zero value when the object doesn't set it. Undefined means that the type has no such field. */
  abstract field(name: string): Value

  /** The method of this name bound to this value, undefined when there is none. A method without arguments is called where a field is read. */
  method(_name: string): GoFunction | undefined {
    return undefined
  }

  /** True for a nil pointer: it is false in a condition, prints as `<nil>`, and reading a field of it is an error (a method may still work). */
  isNil(): boolean {
    return false
  }

  /** How the value prints when its type has a `String` or `Error` method; undefined prints it field by field (`{a b}`). */
  text(): string | undefined {
    return undefined
  }

  /** The names of its fields in Go's order: for printing, and to propose the nearest one in errors. */
  fieldNames(): readonly string[] {
    return []
  }

  /** What encoding/json makes of it: a Map keeps the order of the fields. */
  abstract json(): unknown
}

/** A list of a Go type such as `[]string`; marks and returns the array given. */
export function typedList(type: string, items: Value[]): List {
  const list: List = items
  list[goType] = type
  return list
}

/** A nil slice. */
export function nilList(type = '[]interface {}'): List {
  const list: List = []
  if (type !== '[]interface {}') list[goType] = type
  list[nilMark] = true
  return list
}

/** A map of a Go type such as `map[string]string`; marks and returns the object given, which must not be frozen. */
export function typedMap(type: string, entries: { [key: string]: Value }): GoMap {
  const map: GoMap = entries
  map[goType] = type
  return map
}

/** A nil map. */
export function nilMap(type = 'map[string]interface {}'): GoMap {
  const map: GoMap = {}
  if (type !== 'map[string]interface {}') map[goType] = type
  map[nilMark] = true
  return map
}

export function isList(value: Value): value is List {
  return Array.isArray(value)
}

/** True for every object that is not one of the engine's own kinds. */
export function isMap(value: Value): value is GoMap {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof StructValue) &&
    !(value instanceof Int) &&
    !(value instanceof GoFunction)
  )
}

/** The value of a key, undefined when the map lacks it. Never reads what an object inherits. */
export function getKey(map: GoMap, key: string): Value {
  return Object.hasOwn(map, key) ? map[key] : undefined
}

/**
 * Sets a key, also one named `__proto__`, as a property of the object itself. Throws a FunctionError when the map can't be changed:
 * whoever hands data to a template freezes (or shares, see ../shared.ts) what it must leave alone.
 */
export function setKey(map: GoMap, key: string, value: Value): void {
  const isSet =
    key === '__proto__'
      ? Reflect.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true })
      : Reflect.set(map, key, value)
  if (!isSet) throw new FunctionError(`can't set ${unchangeable(key)}`)
}

/** Removes a key. Throws a FunctionError when the map has it and can't be changed. */
export function removeKey(map: GoMap, key: string): void {
  if (!Reflect.deleteProperty(map, key)) throw new FunctionError(`can't remove ${unchangeable(key)}`)
}

function unchangeable(key: string): string {
  return `${JSON.stringify(key)}: this map is shared and can't be changed`
}

/** What `%T` prints, and what errors call the type: `float64`, `[]interface {}`, `map[string]string`, `*v1.Pod`. */
export function typeName(value: Value): string {
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'number':
      return 'float64'
    case 'boolean':
      return 'bool'
    default:
  }
  if (value === null || value === undefined) return '<nil>'
  if (value instanceof Int) return value.named?.name ?? value.kind
  if (isList(value)) return value[goType] ?? '[]interface {}'
  if (value instanceof StructValue) return value.typeName
  if (value instanceof GoFunction) return value.typeName
  if (isMap(value)) return value[goType] ?? 'map[string]interface {}'
  return '<nil>'
}

/** The kind of a value, as Go's reflection and sprig's kindOf name it. */
export function kindOf(value: Value): string {
  if (value === null || value === undefined) return 'invalid'
  if (value instanceof Int) return value.kind
  if (isList(value)) return 'slice'
  if (value instanceof StructValue) return value.typeName.startsWith('*') ? 'ptr' : 'struct'
  if (value instanceof GoFunction) return 'func'
  if (isMap(value)) return 'map'
  return typeName(value)
}

/** The type of a list's elements or a map's values: `[]string` gives `string`. */
export function elementType(type: string): string {
  return type.startsWith('map[string]') ? type.slice('map[string]'.length) : type.slice(2)
}

/** The zero value of a Go type: "" for a string, 0 for numbers, else nil. */
export function zeroOf(type: string): Value {
  if (type === 'string') return ''
  if (type === 'bool') return false
  if (type === 'float64') return 0
  if (isIntKind(type)) return new Int(type, 0n)
  if (type.startsWith('[]')) return nilList(type)
  return type.startsWith('map[') ? nilMap(type) : null
}

/** Whether a value holds in `if`, `and`, `not`: false, 0, "", nil and whatever is empty do not. */
export function isTrue(value: Value): boolean {
  if (typeof value === 'object') {
    if (value === null) return false
    if (Array.isArray(value)) return value.length > 0
    if (value instanceof StructValue) return !value.isNil()
    if (value instanceof Int) return value.value !== 0n
    if (value instanceof GoFunction) return true
    return !isEmptyMap(value)
  }
  // NaN is not zero, so it holds.
  return typeof value === 'number' ? value !== 0 : Boolean(value)
}

/** The length of a string (in bytes), list or map; undefined for what has none. */
export function lengthOf(value: Value): number | undefined {
  if (typeof value === 'string') return byteLength(value)
  if (isList(value)) return value.length
  return isMap(value) ? Object.keys(value).length : undefined
}

function isEmptyMap(map: object): boolean {
  for (const key in map) if (Object.hasOwn(map, key)) return false
  return true
}
