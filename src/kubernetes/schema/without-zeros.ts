import { isObject, type Json, type JsonObject } from '../../lang/json.ts'
import { isZero } from './in-order.ts'
import { type FieldType, type Struct, struct } from './schema.ts'

/**
 * An object without the fields that Kubernetes' Go types omit when they write it: nulls, and zero values that the type
 * doesn't distinguish from unset. Merged as a patch, it then doesn't remove anything.
 */
export function withoutZeros(type: Struct, object: JsonObject): JsonObject {
  const kept = Object.entries(object).flatMap(([key, value]): readonly (readonly [string, Json])[] => {
    const field = type.byJson.get(key)
    if (value === null) return []
    if (field === undefined) return [[key, value]]
    const inner = inside(field.type, value)
    return field.omitEmpty && (isZero(field.type, inner) || isEmptyStruct(field.type, inner)) ? [] : [[key, inner]]
  })
  return Object.fromEntries(kept)
}

/** Go writes a struct (`resources`) even if it is unset, so that an empty one has no meaning. */
function isEmptyStruct(type: FieldType, value: Json): boolean {
  return type.kind === 'struct' && isObject(value) && Object.keys(value).length === 0
}

function inside(type: FieldType, value: Json): Json {
  if (type.kind === 'pointer') return inside(type.of, value)
  if (type.kind === 'struct') return isObject(value) ? withoutZeros(struct(type.name), value) : value
  if (type.kind === 'list') return Array.isArray(value) ? value.map((item: Json) => inside(type.of, item)) : value
  return value
}
