import type { Json } from '../../lang/json.ts'
import { meshEnums, meshMessages } from './types.ts'

/*
 * The form of a MeshConfig or ProxyConfig message in memory (see read-message.ts): an immutable plain object, keyed by the
 * fields' JSON names, with only the fields that are set:
 *
 *   string, bool             string, boolean; zero values are left out (except in a oneof, where being set matters)
 *   int32, uint32, double    number; a double that isn't finite is "NaN", "Infinity" or "-Infinity"
 *   int64, uint64            decimal string, as a float64 can't represent all of them
 *   wrapper (BoolValue ...)  its bare value, zero values included: a wrapper distinguishes zero from unset
 *   enum                     its name; a number without a name stays a number. The zero value is left out (except in a oneof)
 *   Duration                 string in protobuf's form: "90s", "0.250s", "0s"; see parseDuration (../go/duration.ts)
 *   message                  an object, possibly empty
 *   list, map                not empty; maps have sorted keys
 *   Struct                   the object as it is in the document
 */

export type ScalarKind = 'string' | 'bool' | 'int32' | 'int64' | 'uint32' | 'uint64' | 'double'

export type FieldType =
  | { readonly kind: ScalarKind | 'Duration' | 'Struct' }
  | { readonly kind: 'wrapper'; readonly of: ScalarKind }
  | { readonly kind: 'enum' | 'message'; readonly name: string }
  | { readonly kind: 'list' | 'map'; readonly of: FieldType }

export interface Field {
  /** The name in Go and therefore in templates: `InterceptionMode`. */
  readonly go: string
  /** The name in JSON: `interceptionMode`. */
  readonly json: string
  /** The name in the proto file, which documents may also use: `interception_mode`. */
  readonly proto: string
  readonly type: FieldType
  /** The oneof that the field belongs to. */
  readonly oneof: string | undefined
  /** The value of an unset field: `''`, 0, false, an enum's first name, `[]`, `{}`; null where Go has a nil pointer. */
  readonly zero: Json
}

export interface Message {
  readonly name: string
  /** As Go prints its type: `v1alpha1.ProxyConfig`. */
  readonly goType: string
  /** In the order of the proto file, in which protobuf writes them. */
  readonly fields: readonly Field[]
  readonly byGo: ReadonlyMap<string, Field>
  readonly byJson: ReadonlyMap<string, Field>
}

export interface Enum {
  readonly name: string
  readonly goType: string
  /** The name of the zero value. */
  readonly zero: string
  readonly numbers: ReadonlyMap<string, number>
  readonly names: ReadonlyMap<number, string>
}

const scalarZeros: Readonly<Record<ScalarKind, Json>> = {
  string: '',
  bool: false,
  int32: 0,
  int64: '0',
  uint32: 0,
  uint64: '0',
  double: 0,
}

const wrappers: Readonly<Record<string, ScalarKind>> = {
  BoolValue: 'bool',
  Int32Value: 'int32',
  Int64Value: 'int64',
  UInt32Value: 'uint32',
  UInt64Value: 'uint64',
  DoubleValue: 'double',
  StringValue: 'string',
}

// Names from other packages than istio.mesh.v1alpha1 contain it: istio_networking_v1alpha3_HTTPRetry.
const packaged = /^istio_[a-z]+_(?<version>v[0-9a-z]+)_(?<name>.+)$/

const enums: ReadonlyMap<string, Enum> = parseEnums(meshEnums)
const messages: ReadonlyMap<string, Message> = parseMessages(meshMessages)

/** The message of that name. Throws if the table doesn't contain it: that is a bug. */
export function message(name: string): Message {
  const found = messages.get(name)
  if (found === undefined) throw new Error(`the schema has no message ${name}`)
  return found
}

/** The enum of that name. Throws if the table doesn't contain it. */
export function enumOf(name: string): Enum {
  const found = enums.get(name)
  if (found === undefined) throw new Error(`the schema has no enum ${name}`)
  return found
}

/** The name and the indented lines of each block. */
function blocks(table: string): [name: string, lines: string[]][] {
  const found: [string, string[]][] = []
  for (const line of table.split('\n')) {
    if (line.startsWith('  ')) found.at(-1)?.[1].push(line.trim())
    else if (line !== '') found.push([line, []])
  }
  return found
}

function parseEnums(table: string): ReadonlyMap<string, Enum> {
  return new Map(
    blocks(table).map(([name, lines]) => {
      const values = lines.map((line): [string, number] => {
        const [value = '', number = ''] = line.split('=')
        return [value, Number(number)]
      })
      const names = new Map(values.map(([value, number]) => [number, value]))
      return [name, { name, goType: goTypeOf(name), zero: names.get(0) ?? '', numbers: new Map(values), names }]
    }),
  )
}

function parseMessages(table: string): ReadonlyMap<string, Message> {
  return new Map(
    blocks(table).map(([name, lines]) => {
      const fields = lines.map(parseField)
      const byGo = new Map(fields.map((field) => [field.go, field]))
      const byJson = new Map(fields.map((field) => [field.json, field]))
      return [name, { name, goType: goTypeOf(name), fields, byGo, byJson }]
    }),
  )
}

function parseField(line: string): Field {
  const [go = '', typeName = '', proto = '', oneof] = line.split(' ')
  const type = parseType(typeName)
  return { go, json: jsonName(proto), proto, type, oneof: oneof?.slice('oneof='.length), zero: zeroOf(type) }
}

function parseType(text: string): FieldType {
  if (text.startsWith('[]')) return { kind: 'list', of: parseType(text.slice(2)) }
  if (text.startsWith('map:')) return { kind: 'map', of: parseType(text.slice(4)) }
  if (text.startsWith('enum:')) return { kind: 'enum', name: text.slice(5) }
  if (text === 'Duration' || text === 'Struct') return { kind: text }
  const wrapped = wrappers[text]
  if (wrapped !== undefined) return { kind: 'wrapper', of: wrapped }
  return isScalar(text) ? { kind: text } : { kind: 'message', name: text }
}

function isScalar(text: string): text is ScalarKind {
  return Object.hasOwn(scalarZeros, text)
}

function zeroOf(type: FieldType): Json {
  if (type.kind === 'list') return []
  if (type.kind === 'map') return {}
  if (type.kind === 'enum') return enumOf(type.name).zero
  return isScalar(type.kind) ? scalarZeros[type.kind] : null
}

/** As protobuf derives it: underscores are removed, and the character after each becomes upper case. */
function jsonName(proto: string): string {
  return proto.replace(/_(.?)/g, (_, next: string) => next.toUpperCase())
}

function goTypeOf(name: string): string {
  const { version, name: bare } = packaged.exec(name)?.groups ?? {}
  return version === undefined ? `v1alpha1.${name}` : `${version}.${bare}`
}
