import type { Json } from '../../lang/json.ts'
import { meshEnums, meshMessages } from './types.ts'

/*
 * How a message of MeshConfig or ProxyConfig is held in memory, once it has been read (see read-message.ts): a plain object
 * that nobody changes, keyed by the fields' JSON names, with only what is set:
 *
 *   text, bool               string, boolean; a zero value isn't there (but in a oneof, where being set counts)
 *   int32, uint32, double    number; a double that isn't finite is "NaN", "Infinity" or "-Infinity"
 *   int64, uint64            text in decimal, as a float64 can't hold all of them
 *   wrapper (BoolValue ...)  its bare value, zero too: whether it is there is what tells set from unset
 *   enum                     its name; a number that has no name stays a number. The first value isn't there (but in a oneof)
 *   Duration                 text as protobuf writes it: "90s", "0.250s", "0s"; parseDuration (../go/duration.ts) reads it
 *   message                  an object, an empty one too
 *   list, map                with an item at least; maps have their keys in order
 *   Struct                   the object as it came
 */

export type ScalarKind = 'string' | 'bool' | 'int32' | 'int64' | 'uint32' | 'uint64' | 'double'

export type FieldType =
  | { readonly kind: ScalarKind | 'Duration' | 'Struct' }
  | { readonly kind: 'wrapper'; readonly of: ScalarKind }
  | { readonly kind: 'enum' | 'message'; readonly name: string }
  | { readonly kind: 'list' | 'map'; readonly of: FieldType }

export interface Field {
  /** The name in Go and so in templates: `InterceptionMode`. */
  readonly go: string
  /** The name in JSON: `interceptionMode`. */
  readonly json: string
  /** The name in the proto file, which documents may use too: `interception_mode`. */
  readonly proto: string
  readonly type: FieldType
  /** The group of fields of which one at most is set. */
  readonly oneof: string | undefined
  /** What an absent field reads as: `''`, 0, false, an enum's first name, `[]`, `{}`; null where Go has a nil pointer. */
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

// Names that come from another package than istio.mesh.v1alpha1 carry it: istio_networking_v1alpha3_HTTPRetry.
const packaged = /^istio_[a-z]+_(?<version>v[0-9a-z]+)_(?<name>.+)$/

const enums: ReadonlyMap<string, Enum> = parseEnums(meshEnums)
const messages: ReadonlyMap<string, Message> = parseMessages(meshMessages)

/** The message of that name, as in the table. Throws for one that the table lacks: it is a fault of the program. */
export function message(name: string): Message {
  const found = messages.get(name)
  if (found === undefined) throw new Error(`the schema has no message ${name}`)
  return found
}

/** The enum of that name. Throws for one that the table lacks. */
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

/** As protobuf derives it: each underscore goes, and the character behind it becomes a capital. */
function jsonName(proto: string): string {
  return proto.replace(/_(.?)/g, (_, next: string) => next.toUpperCase())
}

function goTypeOf(name: string): string {
  const { version, name: bare } = packaged.exec(name)?.groups ?? {}
  return version === undefined ? `v1alpha1.${name}` : `${version}.${bare}`
}
