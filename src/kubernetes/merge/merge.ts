import { isObject, type Json, type JsonObject } from '../../lang/json.ts'
import { type Struct, struct } from '../schema/schema.ts'
import { adopt, adoptFields, adoptList } from './adopt.ts'
import { type Directives, isDirective, readDirectives, refuseUnknownDirective } from './directives.ts'
import { editObject } from './edit.ts'
import { MergeError, type Path } from './error.ts'
import { mergeAsSet, mergeByKey } from './list.ts'
import { type Child, checkShape, childOf, type Shape, shapeOf, type Unions } from './shape.ts'

/*
 * Strategic merge, as Kubernetes defines it for its own types
 * (kubernetes/community, contributors/devel/sig-api-machinery/strategic-merge-patch.md).
 */

/**
 * Merges a partial pod, such as a rendered template, into a pod. Neither is modified; the result shares unchanged parts
 * with both. Where only one of several fields may be set, as of a volume's sources or a probe's handlers, that of the patch
 * replaces that of the original: Kubernetes would keep both, and then refuse the pod. Throws a MergeError, with the field path,
 * for a patch that can't be merged.
 */
export function mergePod(original: JsonObject, patch: JsonObject): JsonObject {
  return strategicMerge(struct('Pod'), original, patch, 'replace')
}

/** Like `mergePod`, for one container. */
export function mergeContainer(original: JsonObject, patch: JsonObject): JsonObject {
  return strategicMerge(struct('Container'), original, patch, 'replace')
}

/**
 * Merges as Kubernetes does, for any type of the schema. Of fields that aren't in the schema, objects are merged, others
 * replaced. With `unions: 'replace'` as `mergePod`.
 */
export function strategicMerge(
  type: Struct,
  original: JsonObject,
  patch: JsonObject,
  unions: Unions = 'keep',
): JsonObject {
  const merged = mergeObject(shapeOf(type.name, unions), original, patch, [])
  if (merged === undefined) throw new MergeError([], `$patch: delete would delete the whole ${type.name}`)
  return merged
}

function mergeObject(shape: Shape, original: JsonObject, patch: JsonObject, path: Path): JsonObject | undefined {
  const directives = readDirectives(patch, path)
  if (directives === undefined) return mergeFields(shape, original, patch, Object.keys(patch), undefined, path)
  if (directives.patch === 'delete') return undefined
  if (directives.patch === 'replace') return adoptFields(shape, patch, path, 'keep')
  const { retain, order, remove } = directives
  const base = retain === undefined ? original : editObject(original, Object.keys(original), keepOnly(retain))
  const keys = new Set([...Object.keys(patch), ...order.keys(), ...remove.keys()])
  return mergeFields(shape, base, patch, keys, directives, path)
}

function keepOnly(retain: ReadonlySet<string>) {
  return (key: string, value: Json | undefined) => (retain.has(key) ? value : undefined)
}

function mergeFields(
  shape: Shape,
  original: JsonObject,
  patch: JsonObject,
  keys: Iterable<string>,
  directives: Directives | undefined,
  path: Path,
): JsonObject {
  return editObject(withoutOtherMembers(shape, original, patch), keys, (key, before) => {
    if (isDirective(key)) return before
    path.push(key)
    refuseUnknownDirective(shape, key, path)
    const value = Object.hasOwn(patch, key) ? patch[key] : undefined
    const after = mergeField(childOf(shape, key), before, value, directives, key, path)
    path.pop()
    return after
  })
}

/** The original without members of a union that the patch replaces by another member. */
function withoutOtherMembers(shape: Shape, original: JsonObject, patch: JsonObject): JsonObject {
  const union = shape?.kind === 'struct' ? shape.union() : undefined
  if (union === undefined) return original
  const { members, discriminator } = union
  const isSet = (object: JsonObject, key: string) => Object.hasOwn(object, key) && object[key] != null
  const chosen = Object.keys(patch).filter((key) => members.has(key) && isSet(patch, key))
  const changes =
    discriminator !== undefined && isSet(patch, discriminator) && patch[discriminator] !== original[discriminator]
  if (chosen.length === 0 && !changes) return original
  const others = Object.keys(original).filter((key) => members.has(key) && !chosen.includes(key))
  return editObject(original, others, () => undefined)
}

/** The merged value of one field; undefined removes it. `value` is undefined if the patch only has directives for the field. */
function mergeField(
  child: Child,
  before: Json | undefined,
  value: Json | undefined,
  directives: Directives | undefined,
  key: string,
  path: Path,
): Json | undefined {
  if (value === null) return undefined
  if (Array.isArray(before) && (value === undefined || Array.isArray(value)))
    return mergeList(child, before, value, directives?.order.get(key), directives?.remove.get(key), path)
  if (value === undefined) return before
  if (!isObject(before) || !isObject(value)) {
    const added = adopt(child, value, path, 'drop')
    return Array.isArray(added) ? without(directives?.remove.get(key), added) : added
  }
  checkShape(child.shape, value, path)
  // As in Kubernetes, a deleted object is empty.
  return mergeObject(child.shape, before, value, path) ?? {}
}

function mergeList(
  { shape, list }: Child,
  before: readonly Json[],
  value: readonly Json[] | undefined,
  order: readonly Json[] | undefined,
  remove: readonly Json[] | undefined,
  path: Path,
): readonly Json[] {
  if (value !== undefined) checkShape(shape, value, path)
  if (list.by === 'key') {
    if (remove !== undefined)
      throw new MergeError(path, '$deleteFromPrimitiveList is for lists of scalars; give an item $patch: delete')
    return mergeByKey(list.key, shape, before, value ?? [], order, path, mergeObject)
  }
  if (list.by !== 'value' && order !== undefined)
    throw new MergeError(path, '$setElementOrder is for merged lists; this list is replaced')
  const merged =
    list.by === 'value'
      ? mergeAsSet(shape, before, value, order, path)
      : value === undefined
        ? before
        : adoptList(shape, list, value, path, 'keep')
  return without(remove, merged)
}

/** A merged list without the items of `$deleteFromPrimitiveList`, also those that the patch itself adds. */
function without(remove: readonly Json[] | undefined, list: readonly Json[]): readonly Json[] {
  if (remove === undefined) return list
  const removed = new Set(remove)
  return list.filter((item) => !removed.has(item))
}
