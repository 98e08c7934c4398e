/* Parses time zones: offsets such as `+02:00`, and abbreviations. */
import { type Input, NoMatch, OutOfRange, take } from './reader.ts'
import { utc, type Zone } from './zone.ts'

/** The zone that was parsed: UTC, an offset in seconds, or an abbreviation. */
export interface ZoneFields {
  zone: Zone | null
  offset: number | null
  zoneName: string
}

/** Reads an offset in the format of a layout element such as `-0700` or `Z07:00`. */
export function readOffset(fields: ZoneFields, input: Input, element: string): void {
  if (element.startsWith('Z') && input.rest.startsWith('Z')) {
    input.rest = input.rest.slice(1)
    fields.zone = utc
    return
  }
  const separator = element.includes(':') ? ':' : ''
  const count = element.replace(/[^0-9]/g, '').length / 2
  const text = take(input, new RegExp(`^[\\s\\S]${Array(count).fill('[0-9]{2}').join(separator)}`))
  const [hours = 0, minutes = 0, seconds = 0] = (text.match(/[0-9]{2}/g) ?? []).map(Number)
  if (hours > 24) throw new OutOfRange('time zone offset hour out of range')
  if (minutes > 60) throw new OutOfRange('time zone offset minute out of range')
  if (seconds > 60) throw new OutOfRange('time zone offset second out of range')
  if (!/^[+-]/.test(text)) throw new NoMatch()
  const size = (hours * 60 + minutes) * 60 + seconds
  fields.offset = text.startsWith('-') ? -size : size
}

/** Reads `UTC`, an abbreviation of three to five capitals, `GMT+3`, or an offset in hours. */
export function readZoneName(fields: ZoneFields, input: Input): void {
  if (input.rest.startsWith('UTC')) {
    input.rest = input.rest.slice(3)
    fields.zone = utc
    return
  }
  if (input.rest.length < 3) throw new NoMatch()
  const name = zoneName(input.rest)
  if (name === '') throw new NoMatch()
  fields.zoneName = name
  input.rest = input.rest.slice(name.length)
}

function zoneName(text: string): string {
  if (/^(?:ChST|MeST)/.test(text)) return text.slice(0, 4)
  if (text.startsWith('GMT')) return `GMT${signedHours(text.slice(3))}`
  if (/^[+-]/.test(text)) return signedHours(text)
  const capitals = /^[A-Z]{0,6}/.exec(text)?.[0] ?? ''
  return /^(?:[A-Z]{3}|[A-Z]{3}T|WITA|[A-Z]{4}T)$/.test(capitals) ? capitals : ''
}

function signedHours(text: string): string {
  const match = /^[+-]([0-9]+)/.exec(text)
  return match === null || Number(match[1]) > 23 ? '' : match[0]
}
