import { inOrder } from '../../kubernetes/schema/in-order.ts'
import { type FieldType, type Struct, struct } from '../../kubernetes/schema/schema.ts'
import { intOf } from '../../lang/go/int.ts'
import { isObject, type Json, type JsonObject } from '../../lang/json.ts'
import { nilList, nilMap, StructValue, typedList, typedMap, type Value } from '../../lang/template/value.ts'

/**
 * A Kubernetes object as it is in Go templates: with Go's field names, and a typed zero value for every field that
 * the object doesn't set. Built lazily, since a template reads little of a large pod.
 */
export class ObjectView extends StructValue {
  readonly typeName: string
  readonly #type: Struct
  readonly #object: JsonObject | undefined
  readonly #fields = new Map<string, Value>()

  /** `object` undefined is a nil pointer. */
  constructor(type: Struct, object: JsonObject | undefined, pointer = false) {
    super()
    this.#type = type
    this.#object = object
    this.typeName = `${pointer ? '*' : ''}v1.${type.name}`
  }

  override field(name: string): Value {
    const known = this.#fields.get(name)
    if (known !== undefined) return known
    const field = this.#type.byGo.get(name)
    if (field === undefined) return undefined
    const object = this.#object ?? {}
    const value = viewOf(
      field.type,
      field.inline ? object : Object.hasOwn(object, field.json) ? object[field.json] : undefined,
    )
    this.#fields.set(name, value)
    return value
  }

  override isNil(): boolean {
    return this.#object === undefined
  }

  override fieldNames(): readonly string[] {
    return this.#type.fields.map((field) => field.go)
  }

  override json(): unknown {
    return this.#object === undefined ? null : inOrder(this.#type, this.#object)
  }
}

/** The view of a value of a Kubernetes type; a value of the wrong type counts as unset. */
export function viewOf(type: FieldType, value: Json | undefined): Value {
  switch (type.kind) {
    case 'string':
    case 'bytes':
    case 'Time':
    case 'MicroTime':
      return typeof value === 'string' ? value : ''
    case 'Quantity':
      return typeof value === 'string' || typeof value === 'number' ? String(value) : '0'
    case 'bool':
      return value === true
    case 'int32':
    case 'int64':
      return intOf(typeof value === 'number' && Number.isInteger(value) ? value : 0, type.kind)
    case 'IntOrString':
      return typeof value === 'string' ? value : intOf(typeof value === 'number' ? Math.trunc(value) : 0, 'int32')
    case 'struct':
      return new ObjectView(struct(type.name), isObject(value) ? value : {})
    case 'pointer':
      return viewOfPointer(type.of, value)
    case 'list':
      if (!Array.isArray(value)) return nilList(goName(type))
      return typedList(
        goName(type),
        value.map((item) => viewOf(type.of, item)),
      )
    case 'map':
      if (!isObject(value)) return nilMap(goName(type))
      return typedMap(
        goName(type),
        mapValues(value, (item) => viewOf(type.of, item)),
      )
    case 'FieldsV1':
      return null
  }
}

/** A pointer to a struct can be nil and still be asked for its type; one to a scalar is the scalar, or nil. */
function viewOfPointer(type: FieldType, value: Json | undefined): Value {
  if (type.kind === 'struct') return new ObjectView(struct(type.name), isObject(value) ? value : undefined, true)
  return value === undefined || value === null ? null : viewOf(type, value)
}

function mapValues(object: JsonObject, view: (value: Json) => Value): { [key: string]: Value } {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, view(value)]))
}

function goName(type: FieldType): string {
  switch (type.kind) {
    case 'struct':
      return `v1.${type.name}`
    case 'pointer':
      return `*${goName(type.of)}`
    case 'list':
      return `[]${goName(type.of)}`
    case 'map':
      return `map[string]${goName(type.of)}`
    default:
      return type.kind
  }
}
