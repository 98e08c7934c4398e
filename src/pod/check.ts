import { isObject, type Json, type JsonObject } from '../json.ts'
import { type Field, type FieldType, struct } from '../schema/kubernetes.ts'
import type { Pod } from './types.ts'

const enough = 20

/**
 * Looks at an object from outside before anything reads it as a Pod: every field that Kubernetes knows must have the
 * type that Kubernetes gives it, and the items of lists that are merged by a key must have that key. An API server
 * sends nothing else; a file may. Gives the pod, or what is wrong with it, each with its field path.
 */
export function checkPod(object: JsonObject): { readonly pod: Pod } | { readonly faults: readonly string[] } {
  const faults: string[] = []
  checkStruct('Pod', object, '', faults)
  // The check above is what makes the claim true.
  return faults.length === 0 ? { pod: object as Pod } : { faults }
}

function checkStruct(name: string, object: JsonObject, path: string, faults: string[]): void {
  const fields = struct(name).byJson
  for (const key in object) {
    if (!Object.hasOwn(object, key)) continue
    const field = fields.get(key)
    const value = object[key]
    if (field === undefined || value === null || value === undefined) continue
    checkValue(field.type, value, path === '' ? key : `${path}.${key}`, faults, field)
    if (faults.length >= enough) return
  }
}

function checkValue(type: FieldType, value: Json, path: string, faults: string[], field?: Field): void {
  switch (type.kind) {
    case 'pointer':
      return checkValue(type.of, value, path, faults, field)
    case 'struct':
      if (isObject(value)) return checkStruct(type.name, value, path, faults)
      return fault(faults, path, 'an object', value)
    case 'list':
      if (!Array.isArray(value)) return fault(faults, path, 'a list', value)
      return checkItems(type.of, value, path, faults, field?.mergeKey)
    case 'map':
      if (!isObject(value)) return fault(faults, path, 'an object', value)
      for (const key of Object.keys(value)) {
        const item = value[key]
        if (item !== undefined) checkValue(type.of, item, `${path}[${JSON.stringify(key)}]`, faults)
      }
      return
    case 'string':
    case 'bytes':
    case 'Time':
    case 'MicroTime':
      return typeof value === 'string' ? undefined : fault(faults, path, 'text', value)
    case 'bool':
      return typeof value === 'boolean' ? undefined : fault(faults, path, 'true or false', value)
    case 'int32':
    case 'int64':
      return Number.isInteger(value) ? undefined : fault(faults, path, 'a whole number', value)
    case 'Quantity':
    case 'IntOrString':
      return typeof value === 'string' || typeof value === 'number'
        ? undefined
        : fault(faults, path, 'a number or text', value)
    case 'FieldsV1':
      return
  }
}

function checkItems(
  type: FieldType,
  items: readonly Json[],
  path: string,
  faults: string[],
  key: string | undefined,
): void {
  for (const [index, item] of items.entries()) {
    const at = `${path}[${index}]`
    if (item === null) {
      // Go reads a null item as the item's zero value: it can only be a mistake.
      fault(faults, at, type.kind === 'struct' ? 'an object' : 'a value', item)
    } else if (key !== undefined && isObject(item) && (item[key] === undefined || item[key] === null)) {
      faults.push(`${at}: ${key} is missing`)
    } else checkValue(type, item, at, faults)
    if (faults.length >= enough) return
  }
}

function fault(faults: string[], path: string, wanted: string, value: Json): void {
  faults.push(`${path}: must be ${wanted}, not ${describe(value)}`)
}

function describe(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  return typeof value === 'string' ? 'text' : `${value}`
}
