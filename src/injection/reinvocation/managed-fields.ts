import type { Pod } from '../../kubernetes/pod/types.ts'
import { isObject, type Json, type JsonObject, lookup, own } from '../../lang/json.ts'

/**
 * The fields that the creator of a pod sent, as an API server tracks them: `{f:metadata: {f:labels: {f:app: {}}}}`. It does so
 * before it calls webhooks, so that what they added isn't among them. Undefined where they aren't tracked.
 */
export function authorsFields(pod: Pod): JsonObject | undefined {
  const managers: Json | undefined = lookup(pod, 'metadata', 'managedFields')
  if (!Array.isArray(managers)) return undefined
  // A pod that is being created has one manager.
  return managers.map((manager: Json) => lookup(manager, 'fieldsV1')).find(isObject)
}

/** The fields below a path. */
export function fieldsBelow(fields: JsonObject, ...path: readonly string[]): JsonObject {
  const found = path.reduce<Json | undefined>((at, key) => (isObject(at) ? own(at, `f:${key}`) : undefined), fields)
  return isObject(found) ? found : {}
}
