import jsonPatch, { type JsonPatchError, type Operation } from 'fast-json-patch'
import type { Json } from '../lang/json.ts'

/**
 * The value that a JSON patch (RFC 6902) makes of another one, which stays as it is: what an API server would see.
 * Throws an Error that names the operation for a patch that can't be applied.
 */
export function applyPatch(document: Json, patch: readonly Json[]): Json {
  // The package changes what it is given, values of operations among it.
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
