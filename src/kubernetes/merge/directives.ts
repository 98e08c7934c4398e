import { isObject, type Json, type JsonObject, own } from '../../lang/json.ts'
import { MergeError, type Path } from './error.ts'
import { describe, type Shape } from './shape.ts'

/** What the `$` keys of one object of the patch ask for. */
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

/** Whether a key of the patch tells how to merge; it never ends up in a result. */
export function isDirective(key: string): boolean {
  if (!key.startsWith('$')) return false
  return key === patchKey || key === retainKey || key.startsWith(orderPrefix) || key.startsWith(removePrefix)
}

/** Throws for a `$` key that is no directive in an object whose fields the schema knows: no field of Kubernetes begins so. */
export function refuseUnknownDirective(shape: Shape, key: string, path: Path): void {
  if (shape?.kind !== 'struct' || !key.startsWith('$')) return
  const known = `${patchKey}, ${retainKey}, ${orderPrefix}NAME and ${removePrefix}NAME`
  throw new MergeError(path, `unknown directive; there are ${known}`)
}

/** The directives of an object of the patch; undefined when there are none, as nearly always. */
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

/** The value of `$patch`, undefined when it isn't there. */
export function readPatch(patch: JsonObject, path: Path): Directives['patch'] {
  const value = own(patch, patchKey)
  if (value === undefined || value === 'replace' || value === 'delete' || value === 'merge') return value
  throw new MergeError([...path, patchKey], `must be replace, delete or merge, is ${describe(value)}`)
}

/** Kubernetes refuses a patch that sets a key which its own `$retainKeys` would drop. */
function readRetain(patch: JsonObject, path: Path): ReadonlySet<string> | undefined {
  const value = own(patch, retainKey)
  if (value === undefined) return undefined
  if (!Array.isArray(value) || !value.every((key) => typeof key === 'string'))
    throw new MergeError([...path, retainKey], 'must be a list of field names')
  const retain = new Set<string>(value)
  for (const key of Object.keys(patch))
    if (patch[key] !== null && !isDirective(key) && !retain.has(key))
      throw new MergeError([...path, retainKey], `lacks ${key}, which the patch sets beside it`)
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
  throw new MergeError(path, '$patch: replace replaces the whole list and must stand in an item of its own')
}
