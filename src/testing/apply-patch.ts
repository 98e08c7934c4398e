import jsonPatch, { type JsonPatchError, type Operation } from 'fast-json-patch'
import type { Json } from '../lang/json.ts'

/**
 * Applies a JSON patch (RFC 6902) to a copy of a value, like an API server. Throws an Error with the operation if it can't be
 * applied.
 */
export function applyPatch(document: Json, patch: readonly Json[]): Json {
  // The package mutates its arguments, including the values of operations.
  const operations: Operation[] = JSON.parse(JSON.stringify(patch))
  try {
    const { newDocument } = jsonPatch.applyPatch<Json>(JSON.parse(JSON.stringify(document)), operations, true)
    return newDocument
  } catch (error) {
    if (!(error instanceof jsonPatch.JsonPatchError)) throw error
    const { index = 0, operation }: JsonPatchError = error
    const reason = error.message.split('\n')[0]
    throw new Error(`operation ${index} of the patch can't be applied: ${reason}\n${JSON.stringify(operation)}`)
  }
}
