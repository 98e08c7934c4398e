import { isObject, type Json } from '../../lang/json.ts'
import { isDirective } from '../merge/directives.ts'
import type { FreeValueFault } from './fault.ts'

/** Deeper than any pod: a document that goes on is an attempt to exhaust the stack. */
const maxDepth = 50

/**
 * Why a value that no type describes (the JSON of an annotation, a field that the schema lacks) cannot go into a pod:
 * what a pod's author writes must not steer the merge, nor be nested without end. Undefined when it can.
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
