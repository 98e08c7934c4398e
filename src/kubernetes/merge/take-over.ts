import { isObject, type Json, type JsonObject } from '../../lang/json.ts'
import { isShared, share } from '../../lang/shared.ts'
import { isDirective, isReplaceItem, readPatch, refuseUnknownDirective } from './directives.ts'
import { editList, editObject, sameOr } from './edit.ts'
import type { Path } from './error.ts'
import { requireKey } from './keys.ts'
import { type Child, checkShape, childOf, itemOf, type ListStrategy, type Shape } from './shape.ts'

/**
 * What becomes of an object with `$patch: replace` where the original has nothing to replace: in Kubernetes' reference
 * implementation it is dropped with all it holds where its field is new (`drop`), and its fields count where it comes with
 * a new item of a list (`keep`).
 */
export type Orphans = 'drop' | 'keep'

/**
 * A value of the patch where the original has no partner for it: checked against the schema, without its nulls and
 * directives. Undefined when nothing remains, as of `$patch: delete`. Untouched parts are shared with the patch.
 */
export function takeOver(child: Child, value: Json, path: Path, orphans: Orphans): Json | undefined {
  if (typeof value !== 'object' || value === null) return takeOverNew(child, value, path, orphans)
  const before = cached[orphans].get(value)
  if (before?.child === child) return before.value
  if (!isShared(value)) return takeOverNew(child, value, path, orphans)
  const after = share(takeOverNew(child, value, path, orphans))
  cached[orphans].set(value, { child, value: after })
  return after
}

/** The results for shared values: the blocks of YAML that many rendered templates have in common. */
const cached = {
  drop: new WeakMap<object, { readonly child: Child; readonly value: Json | undefined }>(),
  keep: new WeakMap<object, { readonly child: Child; readonly value: Json | undefined }>(),
} satisfies Record<Orphans, unknown>

function takeOverNew(child: Child, value: Json, path: Path, orphans: Orphans): Json | undefined {
  checkShape(child.shape, value, path)
  if (Array.isArray(value)) return takeOverList(child.shape, child.list, value, path, orphans)
  return isObject(value) ? takeOverObject(child.shape, value, path, orphans) : value
}

function takeOverObject(shape: Shape, value: JsonObject, path: Path, orphans: Orphans): JsonObject | undefined {
  const directive = readPatch(value, path)
  if (directive === 'delete' || (directive === 'replace' && orphans === 'drop')) return undefined
  return takeOverFields(shape, value, path, orphans)
}

/** The fields of an object of the patch, whatever its own `$patch` says. */
export function takeOverFields(shape: Shape, value: JsonObject, path: Path, orphans: Orphans): JsonObject {
  return editObject(value, Object.keys(value), (key, before) => {
    if (before === undefined || before === null || isDirective(key)) return undefined
    path.push(key)
    refuseUnknownDirective(shape, key, path)
    const after = takeOver(childOf(shape, key), before, path, orphans)
    path.pop()
    return after
  })
}

/** A list of the patch that replaces the original's, or that the original lacks. */
export function takeOverList(
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
    const after = takeOverItem(item, strategy, value, path, orphans)
    path.pop()
    return after
  })
}

/** A null in a list is no directive: Kubernetes reads it as the empty value of its type. */
function takeOverItem(item: Child, strategy: ListStrategy, value: Json, path: Path, orphans: Orphans) {
  if (value === null && strategy.by === 'replace') return value
  if (isReplaceItem(value, path)) return undefined
  if (strategy.by === 'key') requireKey(item.shape, value, strategy.key, path)
  return takeOver(item, value, path, orphans)
}
