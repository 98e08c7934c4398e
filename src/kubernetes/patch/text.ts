import { isObject, type Json } from '../../lang/json.ts'
import { isShared } from '../../lang/shared.ts'
import type { Operation } from './operation.ts'

/**
 * Serializes a patch like JSON.stringify. Most of a patch recurs in the patches of other pods: these parts are shared
 * values, whose JSON is cached.
 */
export function patchText(patch: readonly Operation[]): string {
  return listText(patch)
}

const cached = new WeakMap<object, string>()

function valueText(value: Json): string {
  if (typeof value === 'string') return stringText(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const hit = cached.get(value)
  if (hit !== undefined) return hit
  if (!isShared(value)) return isObject(value) ? objectText(value) : listText(value)
  const text = JSON.stringify(value)
  cached.set(value, text)
  return text
}

function listText(list: readonly Json[]): string {
  let text = ''
  for (const item of list) text += text === '' ? valueText(item) : `,${valueText(item)}`
  return `[${text}]`
}

function objectText(object: { readonly [key: string]: Json }): string {
  let text = ''
  for (const key of Object.keys(object)) {
    const value = object[key]
    if (value !== undefined) text += `${text === '' ? '' : ','}${stringText(key)}:${valueText(value)}`
  }
  return `{${text}}`
}

/** Most strings need no escapes. */
function stringText(text: string): string {
  return /[^\x20-\x21\x23-\x5b\x5d-\x7e]/.test(text) ? JSON.stringify(text) : `"${text}"`
}
