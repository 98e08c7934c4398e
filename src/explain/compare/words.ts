import { isObject, type Json, own } from '../../lang/json.ts'
import type { Change } from './change.ts'

/** What a change does: `add` where nothing was before, `remove` where nothing is left. */
export type ChangeKind = 'add' | 'remove' | 'change'

export function kindOf({ before, after }: Change): ChangeKind {
  if (before === undefined) return 'add'
  return after === undefined ? 'remove' : 'change'
}

/** A change without its subject: `image a:1 → a:2`, `+ env FOO=1`, `- volume istio-data`. */
export function describeChange(change: Change, longest = 100): string {
  const { field, before, after } = change
  const text = (value: Json | undefined) => shorten(valueText(value), longest)
  switch (kindOf(change)) {
    case 'add':
      return `+ ${withValue(field, text(after))}`
    case 'remove':
      return `- ${withValue(field, text(before))}`
    default:
      return `${field} ${text(before)} → ${text(after)}`
  }
}

/** A change in a few words, for a column: `istio-proxy image a:1 → a:2`. */
export function describeShortly(change: Change): string {
  const sign = { add: '+', remove: '-', change: '' }[kindOf(change)]
  const subject = change.subject === 'pod' ? '' : `${change.subject} `
  if (sign !== '') return `${sign} ${subject}${change.field}`
  return `${subject}${describeChange(change, 60)}`
}

function withValue(field: string, value: string): string {
  if (value === '') return field
  return field.startsWith('env ') ? `${field}=${value}` : `${field}: ${value}`
}

/** A value for people: texts as they are, an empty one in quotes; of a container its image, of others the JSON. */
function valueText(value: Json | undefined): string {
  if (value === undefined) return ''
  if (value === '') return '""'
  if (typeof value === 'string') return /^\s|\s$|\n/.test(value) ? JSON.stringify(value) : value
  const image = isObject(value) ? own(value, 'image') : undefined
  return typeof image === 'string' ? image : JSON.stringify(value)
}

function shorten(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text
}
