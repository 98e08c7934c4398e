import { unionOf } from '../../../kubernetes/merge/shape.ts'
import { type FieldType, struct } from '../../../kubernetes/schema/schema.ts'
import { parseQuantity } from '../../../lang/go/quantity.ts'
import { isObject, type Json, type JsonObject, own } from '../../../lang/json.ts'
import { isShared } from '../../../lang/shared.ts'
import type { Path } from '../../../lang/text/path.ts'
import type { RefusedFault } from '../../model/fault.ts'
import { fieldRules } from './field-rules.ts'
import { type Relation, relations } from './relations.ts'
import { type FieldRule, isSet, maxInt32 } from './rule.ts'

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

/** The same for one field of a struct, which may be unset. The path is that of the field. */
export function faultsOfField(name: string, key: string, value: Json | undefined, path: Path): readonly RefusedFault[] {
  const field = checksOf.get(name)?.fields.get(key)
  if (field === undefined) return none
  const faults = field.isFree ? none : faultsByType(field.type, value, path)
  const fault = faults.length > 0 ? undefined : field.rule?.(value, path)
  return fault === undefined ? faults : [fault]
}

/** What is checked of a field. */
export interface FieldChecks {
  readonly type: FieldType
  /** Every value of the type is accepted. */
  readonly isFree: boolean
  readonly rule: FieldRule | undefined
  /** One of the fields of which only one may be set. */
  readonly isMember: boolean
}

/** What is checked of a struct. */
interface StructChecks {
  readonly fields: ReadonlyMap<string, FieldChecks>
  /** The rules that an unset field breaks. */
  readonly required: readonly (readonly [string, FieldRule])[]
  readonly relation: Relation | undefined
  /** One of the members of its union has to be set. */
  readonly isOneNeeded: boolean
}

/** Types of which one of the fields of their union has to be set. */
const oneNeeded: ReadonlySet<string> = new Set([
  'EnvFromSource',
  'EnvVarSource',
  'LifecycleHandler',
  'PodResourceClaim',
  'Probe',
])

/** The checks of all structs of a pod's spec, by type. */
export const checksOf: ReadonlyMap<string, StructChecks> = new Map(
  [...structsIn('PodSpec')].map((name) => [name, structChecks(name)]),
)

function structsIn(name: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(name)) return found
  found.add(name)
  for (const { type } of struct(name).byJson.values()) {
    const inner = innermost(type)
    if (inner.kind === 'struct') structsIn(inner.name, found)
  }
  return found
}

function innermost(type: FieldType): FieldType {
  return 'of' in type ? innermost(type.of) : type
}

function structChecks(name: string): StructChecks {
  const rules = new Map(Object.entries(fieldRules[name] ?? {}))
  const fields = [...struct(name).byJson].map(([key, { type, union }]): [string, FieldChecks] => [
    key,
    { type, isFree: isFree(type), rule: rules.get(key), isMember: union },
  ])
  return {
    fields: new Map(fields),
    required: [...rules].filter(([, rule]) => rule(undefined, []) !== undefined),
    relation: relations[name],
    isOneNeeded: oneNeeded.has(name),
  }
}

function isFree(type: FieldType): boolean {
  if (type.kind === 'list') return type.of.kind !== 'struct' && isFree(type.of)
  if ('of' in type) return isFree(type.of)
  return type.kind !== 'struct' && type.kind !== 'int32' && type.kind !== 'Quantity'
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
  const last = path.push(0) - 1
  for (let index = 0; index < items.length; index++) {
    const item = items[index]
    path[last] = index
    if (item === null && type.kind === 'struct') faults.push({ path: [...path], code: 'missing-field' })
    else visit(type, item, path, faults)
  }
  path.pop()
}

function visitPairs(type: FieldType, pairs: JsonObject, path: (string | number)[], faults: RefusedFault[]): void {
  for (const key of Object.keys(pairs)) {
    path.push(key)
    visit(type, pairs[key], path, faults)
    path.pop()
  }
}

function visitStruct(name: string, value: JsonObject, path: (string | number)[], faults: RefusedFault[]): void {
  const checks = checksOf.get(name)
  if (checks === undefined) return
  const { fields, required, relation, isOneNeeded } = checks
  let members = 0
  // Rules and relations are about values of the right types.
  let isRight = true
  for (const key of Object.keys(value)) {
    const field = fields.get(key)
    const item = value[key]
    if (field === undefined || item === null) continue
    if (field.isMember && isSet(item)) members++
    if (field.isFree && field.rule === undefined) continue
    path.push(key)
    const count = faults.length
    if (!field.isFree) visit(field.type, item, path, faults)
    if (faults.length > count) isRight = false
    else addFault(field.rule?.(item, path), faults)
    path.pop()
  }
  for (const [key, rule] of required) {
    if (own(value, key) == null) addFault(rule(undefined, [...path, key]), faults)
  }
  if (members > 1 || (members === 0 && isOneNeeded)) {
    faults.push(unionFault(name, members, value, path))
    isRight = false
  }
  if (relation === undefined || !isRight) return
  for (const fault of relation(value, [...path])) faults.push(fault)
}

/** Adds a fault with a path of its own: the one that was walked changes. */
function addFault(fault: RefusedFault | undefined, faults: RefusedFault[]): void {
  if (fault !== undefined) faults.push({ ...fault, path: [...fault.path] })
}

function unionFault(name: string, members: number, value: JsonObject, path: Path): RefusedFault {
  const all = [...(unionOf(name)?.members ?? [])]
  if (members === 0) return { path: [...path], code: 'none-of-several', fields: all }
  return { path: [...path], code: 'one-of-several', fields: all.filter((key) => isSet(value[key])) }
}
