import { isObject, type Json, type JsonObject } from '../../lang/json.ts'
import { isShared, share } from '../../lang/shared.ts'
import type { Struct } from '../schema/schema.ts'
import { isDirective } from './directives.ts'
import { editList, editObject } from './edit.ts'
import { childOf, itemOf, type Shape, shapeOf } from './shape.ts'

/**
 * Replaces zero values in a patch, such as a rendered template, with null if Kubernetes' types omit them when they
 * write the field (0, `false` and empty strings: `initialDelaySeconds: 0`, a mount's `readOnly: false`). The merge
 * reads null as "remove this field", so that the field is unset in the result even if the pod had another value, as
 * when Kubernetes writes what it merged. Zero values that those types distinguish from unset (`runAsUser: 0`,
 * `privileged: false`) stay, and so do empty lists and objects, which have a meaning in a patch. The one zero that those
 * types write of an unset field, the divisor of a `resourceFieldRef`, is added. Unchanged parts are shared; the patch
 * isn't modified.
 */
export function dropZeros(type: Struct, patch: JsonObject): JsonObject {
  const dropped = dropInside(shapeOf(type.name), patch)
  return isObject(dropped) ? dropped : patch
}

interface Dropped {
  readonly shape: Shape
  readonly value: Json
}

/** The results for shared values: blocks of YAML that many rendered templates have in common. */
const cached = new WeakMap<object, Dropped>()

function dropInside(shape: Shape, value: Json): Json {
  if (shape === undefined || typeof value !== 'object' || value === null) return value
  const hit = cached.get(value)
  if (hit?.shape === shape) return hit.value
  if (!isShared(value)) return dropIn(shape, value)
  const after = share(dropIn(shape, value))
  cached.set(value, { shape, value: after })
  return after
}

function dropIn(shape: Shape, value: JsonObject | readonly Json[]): JsonObject | readonly Json[] {
  if (isObject(value)) return dropInObject(shape, value)
  const item = itemOf(shape)
  return editList(value, (element: Json) => dropInside(item.shape, element))
}

function dropInObject(shape: Shape, object: JsonObject): JsonObject {
  const dropped = editObject(object, Object.keys(object), (key, value) => {
    const child = childOf(shape, key)
    if (value === undefined || (typeof value !== 'object' && value === child.zero)) return null
    return dropInside(child.shape, value)
  })
  const written = shape?.kind === 'struct' ? shape.written() : noFields
  // A directive says what becomes of the fields that the patch doesn't name.
  if (written.size === 0 || Object.keys(dropped).some(isDirective)) return dropped
  return editObject(dropped, written.keys(), (key, value) => value ?? written.get(key))
}

const noFields: ReadonlyMap<string, Json> = new Map()
