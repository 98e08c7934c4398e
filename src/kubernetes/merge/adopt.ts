import { isObject, type Json, type JsonObject } from '../../lang/json.ts'
import { isShared, share } from '../../lang/shared.ts'
import { isDeleteItem, isDirective, isReplaceItem, readPatch, refuseUnknownDirective } from './directives.ts'
import { editList, editObject, sameOr } from './edit.ts'
import type { Path } from './error.ts'
import { requireKey } from './keys.ts'
import { type Child, checkShape, childOf, itemOf, type ListStrategy, type Shape } from './shape.ts'

/**
 * What happens to an object with `$patch` if the original has nothing to replace or delete. As in Kubernetes' implementation,
 * it is dropped if its field is new (`drop`), and keeps its fields if it is part of a new item of a list or of a value that
 * replaces another (`keep`): `$patch: delete` without fields leaves an empty object.
 */
export type Orphans = 'drop' | 'keep'

/**
 * A value of the patch that has no counterpart in the original: checked against the schema, without nulls and
 * directives. Undefined if nothing remains, as with `$patch: delete`. Unchanged parts are shared with the patch.
 */
export function adopt(child: Child, value: Json, path: Path, orphans: Orphans): Json | undefined {
  if (typeof value !== 'object' || value === null) return adoptNew(child, value, path, orphans)
  const hit = cached[orphans].get(value)
  if (hit?.child === child) return hit.value
  if (!isShared(value)) return adoptNew(child, value, path, orphans)
  const after = share(adoptNew(child, value, path, orphans))
  cached[orphans].set(value, { child, value: after })
  return after
}

/** The results for shared values: blocks of YAML that many rendered templates have in common. */
const cached = {
  drop: new WeakMap<object, { readonly child: Child; readonly value: Json | undefined }>(),
  keep: new WeakMap<object, { readonly child: Child; readonly value: Json | undefined }>(),
} satisfies Record<Orphans, unknown>

function adoptNew(child: Child, value: Json, path: Path, orphans: Orphans): Json | undefined {
  checkShape(child.shape, value, path)
  if (Array.isArray(value)) return adoptList(child.shape, child.list, value, path, orphans)
  return isObject(value) ? adoptObject(child.shape, value, path, orphans) : value
}

function adoptObject(shape: Shape, value: JsonObject, path: Path, orphans: Orphans): JsonObject | undefined {
  const directive = readPatch(value, path)
  if (orphans === 'drop' && (directive === 'delete' || directive === 'replace')) return undefined
  return adoptFields(shape, value, path, orphans)
}

/** The fields of an object in the patch, without regard to its own `$patch`. */
export function adoptFields(shape: Shape, value: JsonObject, path: Path, orphans: Orphans): JsonObject {
  return editObject(value, Object.keys(value), (key, before) => {
    if (before === undefined || before === null || isDirective(key)) return undefined
    path.push(key)
    refuseUnknownDirective(shape, key, path)
    const after = adopt(childOf(shape, key), before, path, orphans)
    path.pop()
    return after
  })
}

/** A list of the patch that replaces the original's, or that is new. */
export function adoptList(
  shape: Shape,
  strategy: ListStrategy,
  list: readonly Json[],
  path: Path,
  orphans: Orphans,
): readonly Json[] {
  const item = itemOf(shape)
  const items = strategy.by === 'value' ? sameOr(list, [...new Set(list)]) : list
  return editList(items, (value, index) => {
    path.push(index)
    const after = adoptItem(item, strategy, value, path, orphans)
    path.pop()
    return after
  })
}

/**
 * A null in a list isn't a removal: Kubernetes reads it as the zero value of its type. Items that are only directives are
 * left out, where Kubernetes would leave an item without a name, or one that the patch means to delete.
 */
function adoptItem(item: Child, strategy: ListStrategy, value: Json, path: Path, orphans: Orphans) {
  if (value === null && strategy.by === 'replace') return value
  if (isReplaceItem(value, path)) return undefined
  if (strategy.by === 'key') requireKey(item.shape, value, strategy.key, path)
  if (isDeleteItem(value, path)) return undefined
  return adopt(item, value, path, orphans)
}
