import { isObject, type Json } from '../../lang/json.ts'
import { isDirective } from '../merge/directives.ts'
import type { FreeValueFault } from './fault.ts'

/** Deeper than any real pod: deeper nesting is an attempt to exhaust the stack. */
const maxDepth = 50

/**
 * Checks a value that has no type in the schema (JSON of an annotation, an unknown field) before it becomes part of a
 * pod: a pod author must not be able to control the merge, or to nest values without limit. Undefined if it is valid.
 */
export function freeValueFault(value: Json, depth = 0): FreeValueFault | undefined {
  if (depth > maxDepth) return { code: 'too-deep', limit: maxDepth }
  if (typeof value === 'number' && !Number.isFinite(value)) return { code: 'number-too-large' }
  if (Array.isArray(value)) return firstFault(value, depth)
  if (!isObject(value)) return undefined
  const key = Object.keys(value).find(isDirective)
  if (key !== undefined) return { code: 'merge-directive', key }
  return firstFault(Object.values(value), depth)
}

function firstFault(values: readonly Json[], depth: number): FreeValueFault | undefined {
  for (const value of values) {
    const fault = freeValueFault(value, depth + 1)
    if (fault !== undefined) return fault
  }
  return undefined
}
