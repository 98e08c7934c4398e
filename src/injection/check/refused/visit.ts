import { unionOf } from '../../../kubernetes/merge/shape.ts'
import { type FieldType, struct } from '../../../kubernetes/schema/schema.ts'
import { parseQuantity } from '../../../lang/go/quantity.ts'
import { isObject, type Json, type JsonObject } from '../../../lang/json.ts'
import { isShared } from '../../../lang/shared.ts'
import type { Path } from '../../../lang/text/path.ts'
import type { RefusedFault } from '../../model/fault.ts'
import { fieldRules } from './field-rules.ts'
import { relations } from './relations.ts'
import { isSet, maxInt32 } from './rule.ts'

/** Shared values without faults, and the type that they were found to have: blocks that templates render for every pod. */
const sound = new WeakMap<object, FieldType>()

/**
 * What an API server would refuse in a value of a type: integers out of range, invalid quantities, several fields of which only
 * one may be set, and what the rules for its fields and their relations say. The merge has made sure that the types are right.
 */
export function faultsByType(type: FieldType, value: Json | undefined, path: Path): readonly RefusedFault[] {
  if (value === undefined || value === null || isSound(type, value)) return none
  const faults: RefusedFault[] = []
  visit(type, value, [...path], faults)
  return faults
}

const none: readonly RefusedFault[] = []

/** Whether a shared value is known to be without faults. */
export function isSound(type: FieldType, value: Json | undefined): boolean {
  if (typeof value !== 'object' || value === null) return false
  return sound.get(value) === (type.kind === 'pointer' ? type.of : type)
}

/** The same for one field of a struct, which may be unset. */
export function faultsOfField(name: string, key: string, value: Json | undefined, path: Path): readonly RefusedFault[] {
  const type = struct(name).byJson.get(key)?.type
  const faults = type === undefined ? [] : faultsByType(type, value, path)
  const fault = faults.length > 0 ? undefined : fieldRules[name]?.[key]?.(value, path)
  return fault === undefined ? faults : [fault]
}

function visit(type: FieldType, value: Json | undefined, path: (string | number)[], faults: RefusedFault[]): void {
  if (value === null || value === undefined) return
  if (type.kind === 'pointer') visit(type.of, value, path, faults)
  else if (typeof value === 'object') visitShared(type, value, path, faults)
  else if (type.kind === 'int32' && typeof value === 'number' && Math.abs(value) > maxInt32)
    faults.push({ path: [...path], code: 'out-of-range', actual: value, min: -maxInt32, max: maxInt32 })
  else if (type.kind === 'Quantity' && parseQuantity(String(value)) === undefined)
    faults.push({ path: [...path], code: 'not-an-amount', actual: value })
}

function visitShared(
  type: FieldType,
  value: JsonObject | readonly Json[],
  path: (string | number)[],
  faults: RefusedFault[],
): void {
  if (isSound(type, value)) return
  const count = faults.length
  if (type.kind === 'struct' && isObject(value)) visitStruct(type.name, value, path, faults)
  else if (type.kind === 'map' && isObject(value)) visitPairs(type.of, value, path, faults)
  else if (type.kind === 'list' && Array.isArray(value)) visitItems(type.of, value, path, faults)
  if (faults.length === count && isShared(value)) sound.set(value, type)
}

function visitItems(type: FieldType, items: readonly Json[], path: (string | number)[], faults: RefusedFault[]): void {
  for (const [index, item] of items.entries()) {
    path.push(index)
    if (item === null && type.kind === 'struct') faults.push({ path: [...path], code: 'missing-field' })
    else visit(type, item, path, faults)
    path.pop()
  }
}

function visitPairs(type: FieldType, pairs: JsonObject, path: (string | number)[], faults: RefusedFault[]): void {
  for (const key of Object.keys(pairs)) {
    path.push(key)
    visit(type, pairs[key], path, faults)
    path.pop()
  }
}

/** Types of which one of the fields of their union has to be set. */
const oneNeeded: ReadonlySet<string> = new Set([
  'EnvFromSource',
  'EnvVarSource',
  'LifecycleHandler',
  'PodResourceClaim',
  'Probe',
])

function visitStruct(name: string, value: JsonObject, path: (string | number)[], faults: RefusedFault[]): void {
  const { byJson } = struct(name)
  const count = faults.length
  let members = 0
  for (const key of Object.keys(value)) {
    const field = byJson.get(key)
    if (field === undefined) continue
    if (field.union && isSet(value[key])) members++
    path.push(key)
    visit(field.type, value[key], path, faults)
    path.pop()
  }
  if (members > 1 || (members === 0 && oneNeeded.has(name))) faults.push(unionFault(name, members, value, path))
  // Rules are about values of the right types.
  if (faults.length > count) return
  const rules = fieldRules[name]
  for (const key in rules) {
    path.push(key)
    const fault = rules[key]?.(value[key], path)
    if (fault !== undefined) faults.push({ ...fault, path: [...path] })
    path.pop()
  }
  const relation = relations[name]
  if (relation === undefined) return
  for (const fault of relation(value, [...path])) faults.push(fault)
}

function unionFault(name: string, members: number, value: JsonObject, path: Path): RefusedFault {
  const all = [...(unionOf(name)?.members ?? [])]
  if (members === 0) return { path: [...path], code: 'none-of-several', fields: all }
  return { path: [...path], code: 'one-of-several', fields: all.filter((key) => isSet(value[key])) }
}
