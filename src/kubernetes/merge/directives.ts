import { isObject, type Json, type JsonObject, own } from '../../lang/json.ts'
import { MergeError, type Path } from './error.ts'
import { describe, type Shape } from './shape.ts'

/** The directives (`$` keys) of an object in the patch. */
export interface Directives {
  /** `$patch` */
  readonly patch: 'replace' | 'delete' | 'merge' | undefined
  /** `$retainKeys` */
  readonly retain: ReadonlySet<string> | undefined
  /** `$setElementOrder/NAME`, by NAME */
  readonly order: ReadonlyMap<string, readonly Json[]>
  /** `$deleteFromPrimitiveList/NAME`, by NAME */
  readonly remove: ReadonlyMap<string, readonly Json[]>
}

const patchKey = '$patch'
const retainKey = '$retainKeys'
const orderPrefix = '$setElementOrder/'
const removePrefix = '$deleteFromPrimitiveList/'

/** Whether a key of a patch is a directive. Directives are never part of a result. */
export function isDirective(key: string): boolean {
  if (!key.startsWith('$')) return false
  return key === patchKey || key === retainKey || key.startsWith(orderPrefix) || key.startsWith(removePrefix)
}

/** Throws for an unknown `$` key in an object with a schema: no field of Kubernetes begins with `$`. */
export function refuseUnknownDirective(shape: Shape, key: string, path: Path): void {
  if (shape?.kind !== 'struct' || !key.startsWith('$')) return
  const known = `${patchKey}, ${retainKey}, ${orderPrefix}NAME and ${removePrefix}NAME`
  throw new MergeError(path, `unknown directive; known are ${known}`)
}

/** The directives of an object in the patch; undefined if there are none, the usual case. */
export function readDirectives(patch: JsonObject, path: Path): Directives | undefined {
  const keys = Object.keys(patch).filter(isDirective)
  if (keys.length === 0) return undefined
  return {
    patch: readPatch(patch, path),
    retain: readRetain(patch, path),
    order: readLists(patch, keys, orderPrefix, path),
    remove: readLists(patch, keys, removePrefix, path),
  }
}

/** The value of `$patch`; undefined if it is unset. */
export function readPatch(patch: JsonObject, path: Path): Directives['patch'] {
  const value = own(patch, patchKey)
  if (value === undefined || value === 'replace' || value === 'delete' || value === 'merge') return value
  throw new MergeError([...path, patchKey], `must be replace, delete or merge, not ${describe(value)}`)
}

/** Kubernetes refuses a patch that sets a key which its own `$retainKeys` would remove. */
function readRetain(patch: JsonObject, path: Path): ReadonlySet<string> | undefined {
  const value = own(patch, retainKey)
  if (value === undefined) return undefined
  if (!Array.isArray(value) || !value.every((key) => typeof key === 'string'))
    throw new MergeError([...path, retainKey], 'must be a list of field names')
  const retain = new Set<string>(value)
  for (const key of Object.keys(patch))
    if (patch[key] !== null && !isDirective(key) && !retain.has(key))
      throw new MergeError([...path, retainKey], `must include ${key}, which the patch sets`)
  return retain
}

function readLists(
  patch: JsonObject,
  keys: readonly string[],
  prefix: string,
  path: Path,
): ReadonlyMap<string, readonly Json[]> {
  const lists = new Map<string, readonly Json[]>()
  for (const key of keys) {
    if (!key.startsWith(prefix)) continue
    const list = own(patch, key) ?? null
    if (!Array.isArray(list)) throw new MergeError([...path, key], `must be a list, not ${describe(list)}`)
    lists.set(key.slice(prefix.length), list)
  }
  return lists
}

/** Whether an item of a list is `{$patch: replace}`, which makes the patch's list replace the original's. */
export function isReplaceItem(item: Json, path: Path): boolean {
  if (!isObject(item) || readPatch(item, path) !== 'replace') return false
  if (Object.keys(item).length === 1) return true
  throw new MergeError(path, '$patch: replace applies to the whole list and must be an item of its own')
}

/** Whether an item of a list has `$patch: delete`, which deletes the original's items with its key. */
export function isDeleteItem(item: Json, path: Path): boolean {
  return isObject(item) && readPatch(item, path) === 'delete'
}
