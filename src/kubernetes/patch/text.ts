import { isObject, type Json } from '../../lang/json.ts'
import { isShared } from '../../lang/shared.ts'
import type { Operation } from './operation.ts'

/**
 * A patch as JSON, as JSON.stringify writes it. Most of the patch of an injection is parts that other patches have, too: they are
 * shared values, whose JSON is cached.
 */
export function patchText(patch: readonly Operation[]): string {
  return listText(patch)
}

const cached = new WeakMap<object, string>()

function valueText(value: Json): string {
  if (typeof value === 'string') return stringText(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const before = cached.get(value)
  if (before !== undefined) return before
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

/** Most texts are of characters that stand for themselves. */
function stringText(text: string): string {
  return /[^\x20-\x21\x23-\x5b\x5d-\x7e]/.test(text) ? JSON.stringify(text) : `"${text}"`
}
