import { isObject, type Json, type JsonObject } from '../../lang/json.ts'
import { isDirective } from '../merge/directives.ts'
import { type Field, type FieldType, struct } from '../schema/schema.ts'
import { whyUnusable } from './free-value.ts'
import type { Pod } from './types.ts'

const enough = 20

/** Where a value stands: the names of fields, the places in lists, and the keys of maps in a list of their own. */
type Path = (string | number | readonly [string])[]

/**
 * Looks at an object from outside before anything reads it as a Pod: every field that Kubernetes knows must have the
 * type that Kubernetes gives it, and the items of lists that are merged by a key must have that key. An API server
 * sends nothing else; a file may. Gives the pod, or what is wrong with it, each with its field path.
 */
export function checkPod(object: JsonObject): { readonly pod: Pod } | { readonly faults: readonly string[] } {
  const faults: string[] = []
  checkStruct('Pod', object, [], faults)
  // The check above is what makes the claim true.
  return faults.length === 0 ? { pod: object as Pod } : { faults }
}

function checkStruct(name: string, object: JsonObject, path: Path, faults: string[]): void {
  const fields = struct(name).byJson
  for (const key in object) {
    if (!Object.hasOwn(object, key)) continue
    const field = fields.get(key)
    const value = object[key]
    if (value === null || value === undefined) continue
    path.push(key)
    if (field === undefined) checkUnknown(key, value, path, faults)
    else checkValue(field.type, value, path, faults, field)
    path.pop()
    if (faults.length >= enough) return
  }
}

/** A field that the schema lacks, such as a newer Kubernetes has, passes through: only what would harm is refused. */
function checkUnknown(key: string, value: Json, path: Path, faults: string[]): void {
  const reason = key.startsWith('$') ? 'a name with $ is no field of Kubernetes' : whyUnusable(value)
  if (reason !== undefined) faults.push(`${written(path)}: ${reason}`)
}

function checkValue(type: FieldType, value: Json, path: Path, faults: string[], field?: Field): void {
  if (type.kind === 'pointer') checkValue(type.of, value, path, faults, field)
  else if (!hasKind(type.kind, value))
    faults.push(`${written(path)}: must be ${wanted[type.kind]}, not ${describe(value)}`)
  else if (type.kind === 'struct') checkStruct(type.name, value as JsonObject, path, faults)
  else if (type.kind === 'list') checkItems(type.of, value as readonly Json[], path, faults, field?.mergeKey)
  else if (type.kind === 'map') checkPairs(type.of, value as JsonObject, path, faults)
}

type Kind = Exclude<FieldType['kind'], 'pointer'>

const wanted: Readonly<Record<Kind, string>> = {
  struct: 'an object',
  map: 'an object',
  FieldsV1: 'an object',
  list: 'a list',
  string: 'text',
  bytes: 'text',
  Time: 'text',
  MicroTime: 'text',
  bool: 'true or false',
  int32: 'a whole number',
  int64: 'a whole number',
  Quantity: 'a number or text',
  IntOrString: 'a number or text',
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
      // JSON's 1e999 is read as infinity, which no JSON can say again.
      return typeof value === 'string' || Number.isFinite(value)
    default:
      return typeof value === 'string'
  }
}

function checkPairs(type: FieldType, pairs: JsonObject, path: Path, faults: string[]): void {
  for (const key of Object.keys(pairs)) {
    const value = pairs[key]
    path.push([key])
    if (isDirective(key)) faults.push(`${written(path)}: it is a directive of strategic merge`)
    else if (value !== undefined) checkValue(type, value, path, faults)
    path.pop()
    if (faults.length >= enough) return
  }
}

function checkItems(
  type: FieldType,
  items: readonly Json[],
  path: Path,
  faults: string[],
  key: string | undefined,
): void {
  for (const [index, item] of items.entries()) {
    path.push(index)
    if (item === null) {
      // Go reads a null item as the item's zero value: it can only be a mistake.
      faults.push(`${written(path)}: must not be null`)
    } else if (key !== undefined && isObject(item) && (item[key] === undefined || item[key] === null)) {
      faults.push(`${written(path)}: ${key} is missing`)
    } else if (key !== undefined && isObject(item) && !isWellFormed(item[key])) {
      // Templates name items by this key, and what they write is UTF-8: such a name would come back as another.
      faults.push(`${written(path)}: ${key} is not Unicode: it has half a character (a surrogate)`)
    } else checkValue(type, item, path, faults)
    path.pop()
    if (faults.length >= enough) return
  }
}

function written(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === 'string') return index === 0 ? step : `.${step}`
      return `[${typeof step === 'number' ? step : JSON.stringify(step[0])}]`
    })
    .join('')
}

function isWellFormed(key: Json | undefined): boolean {
  return typeof key !== 'string' || key.isWellFormed()
}

function describe(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  return typeof value === 'string' ? 'text' : `${value}`
}
