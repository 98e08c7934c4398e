import type { MeshConfig } from '../../istio/mesh/mesh-config.ts'
import { enumOf, type FieldType, type Message, message } from '../../istio/mesh/messages.ts'
import { type ProxyConfig, proxyConfigJson } from '../../istio/mesh/proxy-config/proxy-config.ts'
import { parseDuration } from '../../lang/go/duration.ts'
import { intOf } from '../../lang/go/int.ts'
import { goJson } from '../../lang/go/json.ts'
import { isObject, type Json, type JsonObject } from '../../lang/json.ts'
import { share } from '../../lang/shared.ts'
import { define } from '../../lang/template/functions.ts'
import {
  type GoFunction,
  nilList,
  nilMap,
  StructValue,
  typedList,
  typedMap,
  type Value,
} from '../../lang/template/value.ts'

/** A MeshConfig in templates. */
export const meshConfigView = once((mesh: MeshConfig) => new MessageView(message('MeshConfig'), mesh))

/** A ProxyConfig in templates; its JSON contains only what differs from the built-in defaults. */
export const proxyConfigView = once(
  (config: ProxyConfig) => new MessageView(message('ProxyConfig'), config, () => proxyConfigJson(config)),
)

/** One view for each message, since most pods share theirs. Both are immutable: the lists and maps of views are shared. */
function once<T extends JsonObject>(view: (document: T) => MessageView): (document: T) => StructValue {
  const known = new WeakMap<T, MessageView>()
  return (document) => {
    const found = known.get(document)
    if (found !== undefined) return found
    const made = view(document)
    known.set(document, made)
    return made
  }
}

/**
 * A protobuf message as Go's generated code shows it to templates: fields by Go name, and a getter for each (`GetX`)
 * that returns the zero value if the message, or one above it, is nil.
 */
export class MessageView extends StructValue {
  readonly typeName: string
  /** The message in memory (see mesh/messages.ts); empty for a nil pointer. */
  readonly document: JsonObject
  readonly #type: Message
  readonly #nil: boolean
  readonly #written: (() => string) | undefined
  readonly #fields = new Map<string, Value>()
  #json: string | undefined

  /** `document` undefined is a nil pointer. `written` returns the result of protoToJSON, if it differs. */
  constructor(type: Message, document: JsonObject | undefined, written?: () => string) {
    super()
    this.#type = type
    this.#nil = document === undefined
    this.#written = written
    this.document = document ?? {}
    this.typeName = `*${type.goType}`
  }

  override field(name: string): Value {
    const known = this.#fields.get(name)
    if (known !== undefined) return known
    const field = this.#type.byGo.get(name)
    if (field === undefined) return undefined
    const value = viewOf(field.type, Object.hasOwn(this.document, field.json) ? this.document[field.json] : undefined)
    this.#fields.set(name, value)
    return value
  }

  override method(name: string): GoFunction | undefined {
    if (!name.startsWith('Get') || !this.#type.byGo.has(name.slice(3))) return undefined
    return define({ params: [], call: () => this.field(name.slice(3)) })
  }

  override isNil(): boolean {
    return this.#nil
  }

  override fieldNames(): readonly string[] {
    return this.#type.fields.map((field) => field.go)
  }

  override json(): unknown {
    return this.#nil ? null : this.document
  }

  override text(): string {
    return goJson(this.json())
  }

  /** The result of protoToJSON. */
  protoJson(): string {
    this.#json ??= this.#written?.() ?? goJson(this.json())
    return this.#json
  }
}

/** A duration: `formatDuration` and printing show it as Go does, JSON as protobuf does. */
export class DurationView extends StructValue {
  readonly typeName = '*durationpb.Duration'
  readonly #text: string | undefined

  /** `text` is protobuf's form (`45s`, `0.250s`), undefined for a nil pointer. */
  constructor(text: string | undefined) {
    super()
    this.#text = text
  }

  get nanoseconds(): bigint {
    return parseDuration(this.#text ?? '0s') ?? 0n
  }

  override field(name: string): Value {
    if (name === 'Seconds') return intOf(this.nanoseconds / 1_000_000_000n, 'int64')
    return name === 'Nanos' ? intOf(this.nanoseconds % 1_000_000_000n, 'int32') : undefined
  }

  override isNil(): boolean {
    return this.#text === undefined
  }

  override fieldNames(): readonly string[] {
    return ['Seconds', 'Nanos']
  }

  override json(): unknown {
    return this.#text ?? null
  }
}

/** A scalar that can be unset, such as BoolValue: `.Value`, and `.GetValue` even if it is nil. */
class WrapperView extends StructValue {
  readonly typeName = '*wrapperspb.Value'
  readonly #value: Value
  readonly #zero: Value

  constructor(value: Value, zero: Value) {
    super()
    this.#value = value
    this.#zero = zero
  }

  override field(name: string): Value {
    return name === 'Value' ? (this.#value ?? this.#zero) : undefined
  }

  override method(name: string): GoFunction | undefined {
    return name === 'GetValue' ? define({ params: [], call: () => this.field('Value') }) : undefined
  }

  override isNil(): boolean {
    return this.#value === undefined
  }

  override fieldNames(): readonly string[] {
    return ['Value']
  }

  override json(): unknown {
    return this.#value ?? null
  }
}

function viewOf(type: FieldType, value: Json | undefined): Value {
  switch (type.kind) {
    case 'string':
      return typeof value === 'string' ? value : ''
    case 'bool':
      return value === true
    case 'double':
      return typeof value === 'number' ? value : 0
    case 'int32':
    case 'uint32':
    case 'int64':
    case 'uint64':
      return intOf(BigInt(typeof value === 'number' || typeof value === 'string' ? value : 0), type.kind)
    case 'wrapper':
      return new WrapperView(
        value === undefined ? undefined : viewOf({ kind: type.of }, value),
        viewOf({ kind: type.of }, undefined),
      )
    case 'enum':
      return viewOfEnum(type.name, value)
    case 'Duration':
      return new DurationView(typeof value === 'string' ? value : undefined)
    case 'Struct':
      // JSON is made of what templates have, too.
      return (isObject(value) ? share({ ...value }) : null) as Value
    case 'message':
      return new MessageView(message(type.name), isObject(value) ? value : undefined)
    case 'list':
      if (!Array.isArray(value)) return share(nilList(goName(type)))
      return share(
        typedList(
          goName(type),
          value.map((item: Json) => viewOf(type.of, item)),
        ),
      )
    case 'map':
      if (!isObject(value)) return share(nilMap(goName(type)))
      return share(
        typedMap(
          goName(type),
          Object.fromEntries(Object.entries(value).map(([key, item]) => [key, viewOf(type.of, item)])),
        ),
      )
  }
}

/** An enum is an int32 that prints as its name. */
function viewOfEnum(name: string, value: Json | undefined): Value {
  const type = enumOf(name)
  const number = typeof value === 'number' ? value : (type.numbers.get(String(value ?? type.zero)) ?? 0)
  const text = (one: bigint) => type.names.get(Number(one)) ?? String(one)
  return intOf(number, 'int32', { name: type.goType, text })
}

function goName(type: FieldType): string {
  switch (type.kind) {
    case 'list':
      return `[]${goName(type.of)}`
    case 'map':
      return `map[string]${goName(type.of)}`
    case 'message':
      return `*${message(type.name).goType}`
    case 'enum':
      return enumOf(type.name).goType
    default:
      return type.kind === 'double' ? 'float64' : type.kind
  }
}
