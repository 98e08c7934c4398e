import { unionOf } from '../../../kubernetes/merge/shape.ts'
import { type FieldType, struct } from '../../../kubernetes/schema/schema.ts'
import { parseQuantity } from '../../../lang/go/quantity.ts'
import { isObject, type Json, type JsonObject } from '../../../lang/json.ts'
import { isShared } from '../../../lang/shared.ts'
import type { Path } from '../../../lang/text/path.ts'
import type { RefusedFault } from '../../model/fault.ts'

const maxInt32 = 2 ** 31 - 1

/** Shared values without faults, and the type that they were found to have: blocks that templates render for every pod. */
const sound = new WeakMap<object, FieldType>()

/**
 * What an API server would refuse in a value because of its type: integers out of range, invalid quantities, several fields of
 * which only one may be set.
 */
export function schemaFaults(type: FieldType, value: Json | undefined, path: Path): readonly RefusedFault[] {
  const faults: RefusedFault[] = []
  visit(type, value, [...path], faults)
  return faults
}

function visit(type: FieldType, value: Json | undefined, path: (string | number)[], faults: RefusedFault[]): void {
  if (value === null || value === undefined) return
  if (type.kind === 'pointer') {
    visit(type.of, value, path, faults)
    return
  }
  if (typeof value === 'object') {
    const isKnown = isShared(value)
    if (isKnown && sound.get(value) === type) return
    const count = faults.length
    visitParts(type, value, path, faults)
    if (isKnown && faults.length === count) sound.set(value, type)
    return
  }
  if (type.kind === 'int32' && typeof value === 'number' && Math.abs(value) > maxInt32)
    faults.push({ path: [...path], code: 'out-of-range', actual: value, min: -maxInt32, max: maxInt32 })
  if (type.kind === 'Quantity' && parseQuantity(String(value)) === undefined)
    faults.push({ path: [...path], code: 'not-an-amount', actual: value })
}

function visitParts(type: FieldType, value: Json, path: (string | number)[], faults: RefusedFault[]): void {
  if (type.kind === 'list' && Array.isArray(value)) {
    value.forEach((item: Json, index) => {
      path.push(index)
      visit(type.of, item, path, faults)
      path.pop()
    })
  } else if (type.kind === 'map' && isObject(value)) {
    for (const key of Object.keys(value)) visitField(type.of, key, value, path, faults)
  } else if (type.kind === 'struct' && isObject(value)) visitStruct(type.name, value, path, faults)
}

function visitStruct(name: string, value: JsonObject, path: (string | number)[], faults: RefusedFault[]): void {
  const { byJson } = struct(name)
  let members = 0
  for (const key of Object.keys(value)) {
    const field = byJson.get(key)
    if (field === undefined) continue
    if (field.union && isSet(value[key])) members++
    visitField(field.type, key, value, path, faults)
  }
  if (members < 2) return
  const fields = [...(unionOf(name)?.members ?? [])].filter((key) => isSet(value[key]))
  faults.push({ path: [...path], code: 'one-of-several', fields })
}

function visitField(
  type: FieldType,
  key: string,
  object: JsonObject,
  path: (string | number)[],
  faults: RefusedFault[],
): void {
  path.push(key)
  visit(type, object[key], path, faults)
  path.pop()
}

/** An empty string, such as the value of a variable, counts as unset. */
function isSet(value: Json | undefined): boolean {
  return value !== undefined && value !== null && value !== ''
}
