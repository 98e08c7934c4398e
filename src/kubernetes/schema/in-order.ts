import { isObject, type Json, type JsonObject } from '../../lang/json.ts'
import { type FieldType, type Struct, struct } from './schema.ts'

/**
 * An object as Kubernetes' Go types write it to JSON: fields in the order of the type, without those that `omitempty`
 * omits; fields that the type doesn't have come last. A Map stands for an object whose order matters.
 */
export function inOrder(type: Struct, object: JsonObject): Map<string, unknown> {
  const written = new Map<string, unknown>()
  writeFields(type, object, written)
  for (const key of Object.keys(object)) if (!type.byJson.has(key)) written.set(key, object[key])
  return written
}

function writeFields(type: Struct, object: JsonObject, written: Map<string, unknown>): void {
  for (const field of type.fields) {
    if (field.inline) {
      if (field.type.kind === 'struct') writeFields(struct(field.type.name), object, written)
      continue
    }
    const value = (Object.hasOwn(object, field.json) ? object[field.json] : null) ?? unset(field.type)
    if (field.omitEmpty ? !isZero(field.type, value) : value !== null) written.set(field.json, write(field.type, value))
    else if (!field.omitEmpty) written.set(field.json, zero(field.type))
  }
}

/** Go can't omit a struct: `resources` of a container is always written. */
function unset(type: FieldType): Json {
  return type.kind === 'struct' ? {} : null
}

function write(type: FieldType, value: Json): unknown {
  switch (type.kind) {
    case 'struct':
      return isObject(value) ? inOrder(struct(type.name), value) : value
    case 'pointer':
      return write(type.of, value)
    case 'list':
      return Array.isArray(value) ? value.map((item) => write(type.of, item)) : value
    case 'map':
      return isObject(value)
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, write(type.of, item)]))
        : value
    default:
      return value
  }
}

/** Whether `omitempty` omits a value: a struct is never empty, a pointer only if it is nil. */
export function isZero(type: FieldType, value: Json): boolean {
  if (value === null) return true
  switch (type.kind) {
    case 'pointer':
    case 'struct':
      return false
    case 'list':
      return Array.isArray(value) && value.length === 0
    case 'map':
      return isObject(value) && Object.keys(value).length === 0
    default:
      return value === '' || value === 0 || value === false
  }
}

/** What Go writes for an unset field without `omitempty`. */
function zero(type: FieldType): unknown {
  switch (type.kind) {
    case 'struct':
      return inOrder(struct(type.name), {})
    case 'string':
      return ''
    case 'bool':
      return false
    case 'int32':
    case 'int64':
    case 'IntOrString':
      return 0
    case 'Quantity':
      return '0'
    default:
      return null
  }
}
