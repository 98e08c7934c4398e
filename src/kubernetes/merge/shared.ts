import type { Json, JsonObject } from '../../lang/json.ts'

/**
 * Whether a value is one that many rendered templates share: a block of YAML that was read before. Those are frozen to the bottom,
 * and nothing else in a patch is, so that what becomes of them can be remembered by their identity.
 */
export function isShared(value: Json): value is JsonObject | readonly Json[] {
  return typeof value === 'object' && value !== null && Object.isFrozen(value)
}
