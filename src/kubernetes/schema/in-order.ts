import { isObject, type Json, type JsonObject } from '../../lang/json.ts'
import { type FieldType, type Struct, struct } from './schema.ts'

/**
 * An object as Kubernetes' Go types write it to JSON: its fields in their order, without those that are left out when
 * zero. A Map stands for an object whose order counts; fields that the types don't know come last.
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
    const value = (Object.hasOwn(object, field.json) ? object[field.json] : null) ?? absent(field.type)
    if (field.omitEmpty ? !isZero(field.type, value) : value !== null) written.set(field.json, write(field.type, value))
    else if (!field.omitEmpty) written.set(field.json, zero(field.type))
  }
}

/** Go has no way to leave a struct out: `resources` of a container is always written. */
function absent(type: FieldType): Json {
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

/** Whether `omitempty` leaves a value out: a struct never is empty, a pointer only when it is absent. */
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

/** What Go writes for a field that is absent and is not left out. */
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
