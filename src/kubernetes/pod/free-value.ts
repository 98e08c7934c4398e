import { isObject, type Json } from '../../lang/json.ts'
import { isDirective } from '../merge/directives.ts'

/** Deeper than any pod: a document that goes on is an attempt to exhaust the stack. */
const deepest = 50

/**
 * Why a value that no type describes (the JSON of an annotation, a field that the schema lacks) cannot go into a pod:
 * what a pod's author writes must not steer the merge, nor be nested without end. Undefined when it can.
 */
export function whyUnusable(value: Json, depth = 0): string | undefined {
  if (depth > deepest) return `it is nested more than ${deepest} levels deep`
  if (typeof value === 'number' && !Number.isFinite(value)) return 'a number in it is too large'
  if (Array.isArray(value)) return firstReason(value, depth)
  if (!isObject(value)) return undefined
  const key = Object.keys(value).find(isDirective)
  if (key !== undefined) return `its key ${JSON.stringify(key)} is a directive of strategic merge`
  return firstReason(Object.values(value), depth)
}

function firstReason(values: readonly Json[], depth: number): string | undefined {
  for (const value of values) {
    const reason = whyUnusable(value, depth + 1)
    if (reason !== undefined) return reason
  }
  return undefined
}
