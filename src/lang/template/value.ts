/*
 * The values of a template, and their counterparts in Go:
 *
 *   nil                      null; undefined for a value that doesn't exist (a missing key)
 *   bool, string             boolean, string (for invalid UTF-8 see ../go/utf8.ts)
 *   float64                  number: every number of a document is a float64
 *   int, int64, uint8, ...   Int
 *   complex128               Complex: only what a template itself writes
 *   []interface{}            array; a slice of another type has its Go type in `goType`
 *   map[string]interface{}   object, of which only own properties are read; a map of another type has its Go type in `goType`
 *   nil slices and maps      empty array or object with `nilMark`
 *   structs, pointers to one StructValue
 *   functions                GoFunction
 */
import { Complex } from '../go/complex.ts'
import { Int, isIntKind } from '../go/int.ts'
import { byteLength } from '../go/utf8.ts'
import { FunctionError } from './errors.ts'
import type { Host } from './host.ts'

/** The Go type of a list or map other than `[]interface {}` and `map[string]interface {}`, such as `[]string`. */
export const goType: unique symbol = Symbol('Go type')
/** Marks a list or map that is nil in Go: it prints as an empty one, and is `null` in JSON. */
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

export type Value =
  | undefined
  | null
  | boolean
  | string
  | number
  | Int
  | Complex
  | List
  | GoMap
  | StructValue
  | GoFunction

/**
 * The types of parameters, checked like Go's reflection: a literal is converted to the parameter's type (`repeat 2.0
 * "x"`), any other value must have it (`repeat (add 1 2) "x"` fails: add returns an int64).
 */
export interface ParamTypes {
  string: string
  bool: boolean
  float64: number
  /** Passed as a number, which is inexact beyond 2^53; no count is that large. */
  int: number
  int64: bigint
  /** interface{}: any value; undefined becomes null. */
  any: Value
  /** reflect.Value, as for built-ins: any value, undefined if it doesn't exist. */
  value: Value
  /** Only []interface{}, not []string; undefined becomes a nil list. */
  list: List
  /** Only []string. */
  strings: List
  /** Only map[string]interface{}; undefined becomes a nil map. */
  map: GoMap
  /** Only map[string]string. */
  stringMap: GoMap
  /** Any struct or pointer to one. */
  struct: StructValue
}

export type ParamType = keyof ParamTypes

/** What a function may use of the render that calls it. */
export interface Runtime {
  /** What the template is rendered with: `$` in the main template. What a function reads of it must be among the constants (see constants.ts), unless it has the trait `varies`. */
  readonly data: Value
  /** The clocks and random numbers of the render. A function whose result depends on them has the trait `varies`. */
  readonly host: Host
  /** Counts bytes against the limit on string growth. Call it before building a string; throws if the limit is exceeded. */
  grow(bytes: number): void
  /** Counts steps of a loop or elements of a list against the limit on iterations. Throws if it is exceeded. */
  iterate(steps: number): void
  /** Renders a named template of the set to a string. */
  include(name: string, data: Value): string
  /** Reports a note to the caller of the render (`onNote`); a function that does so has the trait `notes`. */
  note(text: string): void
}

/** Properties of a function: see GoFunction. */
export interface Traits {
  readonly varies?: boolean | undefined
  readonly notes?: boolean | undefined
  readonly readsKeyOf?: readonly string[] | undefined
}

/** A function of a template. Create it with `define` or `defineWithRuntime`. */
export class GoFunction {
  readonly params: readonly ParamType[]
  /** The type of all arguments after `params`; null if there can't be any. */
  readonly variadic: ParamType | null
  /** Whether the first parameter of `call` is the Runtime. */
  readonly wantsRuntime: boolean
  readonly call: (...args: unknown[]) => Value
  /** Its type for %T. */
  readonly typeName: string
  /** Whether its result depends on more than its arguments: on a clock or random numbers. */
  readonly varies: boolean
  /** Whether it reports its calls (see Runtime), so that none may be skipped. */
  readonly notes: boolean
  /**
   * Set if the second argument is a key, and the function reads only the value of that key in the first argument: in
   * the map itself (an empty path), or in one below it.
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
    // `define` makes the compiler check the parameters of `call` against `params`.
    this.call = call as (...args: unknown[]) => Value
    this.typeName = typeName
    this.varies = varies
    this.notes = notes
    this.readsKeyOf = readsKeyOf
  }
}

/**
 * A Go struct, or a pointer to one, as templates see it: fields and methods by name. The engine only uses this
 * interface, so that views of typed objects can be created on demand.
 */
export abstract class StructValue {
  /** Its type for %T: `v1.Container`, or `*v1alpha1.ProxyConfig` for a pointer. */
  abstract readonly typeName: string

  /** The value of a field; a typed zero value if it is unset. Undefined if the type has no such field. */
  abstract field(name: string): Value

  /** The method with this name, bound to this value; undefined if there is none. Reading a method without arguments calls it. */
  method(_name: string): GoFunction | undefined {
    return undefined
  }

  /**
   * Whether it is a nil pointer: false in conditions, printed as `<nil>`; reading its fields is an error (methods
   * may still work).
   */
  isNil(): boolean {
    return false
  }

  /** The result of the type's `String` or `Error` method, which is printed; undefined to print the fields (`{a b}`). */
  text(): string | undefined {
    return undefined
  }

  /** The names of its fields in Go's order, for printing and for suggestions in errors. */
  fieldNames(): readonly string[] {
    return []
  }

  /** Its JSON as encoding/json writes it; a Map keeps the order of the fields. */
  abstract json(): unknown
}

/** A list of a Go type such as `[]string`; marks and returns the array itself. */
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

/** A map of a Go type such as `map[string]string`; marks and returns the object itself, which must not be frozen. */
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

/** Whether a value is an object, but none of the engine's own classes. */
export function isMap(value: Value): value is GoMap {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof StructValue) &&
    !(value instanceof Int) &&
    !(value instanceof Complex) &&
    !(value instanceof GoFunction)
  )
}

/** The value of a key; undefined if it is missing. Inherited properties aren't read. */
export function getKey(map: GoMap, key: string): Value {
  return Object.hasOwn(map, key) ? map[key] : undefined
}

/**
 * Sets a key as an own property, even if it is `__proto__`. Throws a FunctionError if the map can't be changed: data
 * that a template must not change is frozen (or shared, see ../shared.ts).
 */
export function setKey(map: GoMap, key: string, value: Value): void {
  const isSet =
    key === '__proto__'
      ? Reflect.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true })
      : Reflect.set(map, key, value)
  if (!isSet) throw new FunctionError(`can't set ${unchangeable(key)}`)
}

/** Removes a key. Throws a FunctionError if the map has the key and can't be changed. */
export function removeKey(map: GoMap, key: string): void {
  if (!Reflect.deleteProperty(map, key)) throw new FunctionError(`can't remove ${unchangeable(key)}`)
}

function unchangeable(key: string): string {
  return `${JSON.stringify(key)}: this map is shared and can't be changed`
}

/** The name of a type for `%T` and errors: `float64`, `[]interface {}`, `map[string]string`, `*v1.Pod`. */
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
  if (value instanceof Complex) return 'complex128'
  if (isList(value)) return value[goType] ?? '[]interface {}'
  if (value instanceof StructValue) return value.typeName
  if (value instanceof GoFunction) return value.typeName
  if (isMap(value)) return value[goType] ?? 'map[string]interface {}'
  return '<nil>'
}

/** The kind of a value, as named by Go's reflection and sprig's kindOf. */
export function kindOf(value: Value): string {
  if (value === null || value === undefined) return 'invalid'
  if (value instanceof Int) return value.kind
  if (isList(value)) return 'slice'
  if (value instanceof StructValue) return value.typeName.startsWith('*') ? 'ptr' : 'struct'
  if (value instanceof GoFunction) return 'func'
  if (isMap(value)) return 'map'
  return typeName(value)
}

/** The type of a list's elements or a map's values: `string` for `[]string`. */
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

/** Whether a value is true in `if`, `and` and `not`: not false, 0, "", nil or empty. */
export function isTrue(value: Value): boolean {
  if (typeof value === 'object') {
    if (value === null) return false
    if (Array.isArray(value)) return value.length > 0
    if (value instanceof StructValue) return !value.isNil()
    if (value instanceof Int) return value.value !== 0n
    if (value instanceof Complex) return value.real !== 0 || value.imag !== 0
    if (value instanceof GoFunction) return true
    return !isEmptyMap(value)
  }
  // NaN isn't zero, so it is true.
  return typeof value === 'number' ? value !== 0 : Boolean(value)
}

/** The length of a string (in bytes), list or map; undefined for other values. */
export function lengthOf(value: Value): number | undefined {
  if (typeof value === 'string') return byteLength(value)
  if (isList(value)) return value.length
  return isMap(value) ? Object.keys(value).length : undefined
}

function isEmptyMap(map: object): boolean {
  for (const key in map) if (Object.hasOwn(map, key)) return false
  return true
}
