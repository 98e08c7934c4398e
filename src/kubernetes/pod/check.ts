import { isObject, type Json, type JsonObject } from '../../lang/json.ts'
import { type Found, foundOf } from '../../lang/text/found.ts'
import { isDirective } from '../merge/directives.ts'
import { type Field, type FieldType, struct } from '../schema/schema.ts'
import type { Expected, FieldFault } from './fault.ts'
import { freeValueFault } from './free-value.ts'
import type { Pod } from './types.ts'

const maxFaults = 20

/** The state of a check: its faults so far, and the path of the current value, one array for the whole pod. */
interface Progress {
  readonly faults: FieldFault[]
  readonly path: (string | number)[]
}

/**
 * Validates an external object before it is used as a Pod: every field in the schema must have its type, and items of
 * lists that are merged by a key must have that key. API servers only send such pods, but a file may contain anything.
 * Returns the pod or its faults, at most 20.
 */
export function checkPod(object: JsonObject): { readonly pod: Pod } | { readonly faults: readonly FieldFault[] } {
  const progress: Progress = { faults: [], path: [] }
  checkStruct('Pod', object, progress)
  // Guaranteed by the check above.
  return progress.faults.length === 0 ? { pod: object as Pod } : { faults: progress.faults }
}

function checkStruct(name: string, object: JsonObject, progress: Progress): void {
  const { faults, path } = progress
  const fields = struct(name).byJson
  for (const key in object) {
    if (!Object.hasOwn(object, key)) continue
    const field = fields.get(key)
    const value = object[key]
    if (value === null || value === undefined) continue
    path.push(key)
    if (field === undefined) checkUnknown(key, value, progress)
    else checkValue(field.type, value, progress, field)
    path.pop()
    if (faults.length >= maxFaults) return
  }
}

/** A field that isn't in the schema, for example of a newer Kubernetes, is kept unless it would be harmful. */
function checkUnknown(key: string, value: Json, progress: Progress): void {
  const fault = key.startsWith('$') ? ({ code: 'reserved-name' } as const) : freeValueFault(value)
  if (fault !== undefined) progress.faults.push({ path: [...progress.path], ...fault })
}

function checkValue(type: FieldType, value: Json, progress: Progress, field?: Field): void {
  if (type.kind === 'pointer') checkValue(type.of, value, progress, field)
  else if (!hasKind(type.kind, value)) {
    const { faults, path } = progress
    faults.push({ code: 'wrong-type', path: [...path], expected: expected[type.kind], actual: actualOf(value) })
  } else if (isObject(value)) {
    if (type.kind === 'struct') checkStruct(type.name, value, progress)
    else if (type.kind === 'map') checkPairs(type.of, value, progress)
  } else if (type.kind === 'list' && Array.isArray(value)) checkItems(type.of, value, progress, field?.mergeKey)
}

/** Strings of a pod may be secrets: faults don't contain them. */
function actualOf(value: Json): Found {
  return typeof value === 'string' ? { type: 'string' } : foundOf(value)
}

type Kind = Exclude<FieldType['kind'], 'pointer'>

const expected: Readonly<Record<Kind, Expected>> = {
  struct: 'object',
  map: 'object',
  FieldsV1: 'object',
  list: 'list',
  string: 'string',
  bytes: 'string',
  Time: 'string',
  MicroTime: 'string',
  bool: 'boolean',
  int32: 'integer',
  int64: 'integer',
  Quantity: 'number-or-string',
  IntOrString: 'number-or-string',
}

function hasKind(kind: Kind, value: Json): boolean {
  switch (kind) {
    case 'struct':
    case 'map':
    case 'FieldsV1':
      return isObject(value)
    case 'list':
      return Array.isArray(value)
    case 'bool':
      return typeof value === 'boolean'
    case 'int32':
    case 'int64':
      return Number.isInteger(value)
    case 'Quantity':
    case 'IntOrString':
      // JSON.parse reads 1e999 as infinity, which JSON can't represent.
      return typeof value === 'string' || Number.isFinite(value)
    default:
      return typeof value === 'string'
  }
}

function checkPairs(type: FieldType, pairs: JsonObject, progress: Progress): void {
  const { faults, path } = progress
  for (const key of Object.keys(pairs)) {
    const value = pairs[key]
    // Nearly every pair of labels and annotations; there can be a hundred thousand.
    if (type.kind === 'string' && typeof value === 'string' && !isDirective(key)) continue
    path.push(key)
    if (isDirective(key)) faults.push({ code: 'directive-key', path: [...path] })
    else if (value !== undefined) checkValue(type, value, progress)
    path.pop()
    if (faults.length >= maxFaults) return
  }
}

function checkItems(type: FieldType, items: readonly Json[], progress: Progress, key: string | undefined): void {
  const { faults, path } = progress
  for (const [index, item] of items.entries()) {
    path.push(index)
    if (item === null) {
      // Go reads a null item as a zero value, which can't be intended.
      faults.push({ code: 'null-item', path: [...path] })
    } else if (key !== undefined && isObject(item) && item[key] == null && !isOptional(type, key)) {
      faults.push({ code: 'missing-key', path: [...path], key })
    } else if (key !== undefined && isObject(item) && !isWellFormed(item[key])) {
      // Templates output this key as UTF-8, which would change it.
      faults.push({ code: 'not-unicode', path: [...path], key })
    } else checkValue(type, item, progress)
    path.pop()
    if (faults.length >= maxFaults) return
  }
}

/** Kubernetes accepts an image pull secret without a name. */
function isOptional(item: FieldType, key: string): boolean {
  return item.kind === 'struct' && struct(item.name).byJson.get(key)?.omitEmpty === true
}

function isWellFormed(key: Json | undefined): boolean {
  return typeof key !== 'string' || key.isWellFormed()
}
