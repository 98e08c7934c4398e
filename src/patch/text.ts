import { isObject, type Json } from '../json.ts'
import type { Operation } from './operation.ts'

/**
 * A patch as JSON, as JSON.stringify writes it. Most of the patch of an injection is parts that other patches have, too: they are
 * frozen, and their texts are remembered.
 */
export function patchText(patch: readonly Operation[]): string {
  return `[${patch.map((operation) => objectText(Object.entries(operation))).join(',')}]`
}

const known = new WeakMap<object, string>()

function textOf(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const before = known.get(value)
  if (before !== undefined) return before
  if (!Object.isFrozen(value)) return isObject(value) ? objectText(Object.entries(value)) : listText(value)
  const text = JSON.stringify(value)
  known.set(value, text)
  return text
}

function listText(list: readonly Json[]): string {
  let text = '['
  for (const item of list) text += text === '[' ? textOf(item) : `,${textOf(item)}`
  return `${text}]`
}

function objectText(entries: readonly (readonly [string, Json])[]): string {
  let text = '{'
  for (const [key, value] of entries) text += `${text === '{' ? '' : ','}${keyText(key)}:${textOf(value)}`
  return `${text}}`
}

/** Nearly all keys are names, which need no look at what to escape. */
function keyText(key: string): string {
  return /^[\w./-]*$/.test(key) ? `"${key}"` : JSON.stringify(key)
}
