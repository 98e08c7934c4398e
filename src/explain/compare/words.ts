import { isObject, type Json, own } from '../../lang/json.ts'
import type { Change } from './change.ts'

/** The kind of a change. */
export type ChangeKind = 'add' | 'remove' | 'change'

export function kindOf({ before, after }: Change): ChangeKind {
  if (before === undefined) return 'add'
  return after === undefined ? 'remove' : 'change'
}

/** Describes a change without its subject: `image a:1 → a:2`, `+ env FOO=1`, `- volume istio-data`. */
export function describeChange(change: Change, maxLength = 100): string {
  const { field, before, after } = change
  const text = (value: Json | undefined) => shorten(valueText(value), maxLength)
  switch (kindOf(change)) {
    case 'add':
      return `+ ${withValue(field, text(after))}`
    case 'remove':
      return `- ${withValue(field, text(before))}`
    default:
      return `${field} ${text(before)} → ${text(after)}`
  }
}

/** Describes a change briefly, for a table column: `istio-proxy image a:1 → a:2`. */
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

/** Formats a value for people: strings literally, empty ones quoted; containers as their image, other values as JSON. */
function valueText(value: Json | undefined): string {
  if (value === undefined) return ''
  if (value === '') return '""'
  if (typeof value === 'string') return /^\s|\s$|\n/.test(value) ? JSON.stringify(value) : value
  const image = isObject(value) ? own(value, 'image') : undefined
  return typeof image === 'string' ? image : JSON.stringify(value)
}

function shorten(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text
}
