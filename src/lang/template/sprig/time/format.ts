/* Formats times by a Go layout. */

import { checkLimit, maxLayoutLength } from '../limits.ts'
import { type CivilDate, dateOf, dayOfYear, weekdayOf } from './calendar.ts'
import { isFraction, isOffset, layoutPieces, monthNames, weekdayNames } from './layout.ts'
import type { Zone } from './zone.ts'

/** A point in time and its time zone. */
export interface Instant {
  /** Whole seconds since 1970 in UTC. */
  readonly seconds: number
  /** 0 to 999999999. */
  readonly nanoseconds: number
  readonly zone: Zone
}

/** The date and time of day in a time zone. */
export interface WallTime extends CivilDate {
  readonly days: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly nanoseconds: number
  readonly offset: number
  readonly abbreviation: string
}

export function wallTime({ seconds, nanoseconds, zone }: Instant): WallTime {
  const { offset, abbreviation } = zone.at(seconds)
  const local = seconds + offset
  const days = Math.floor(local / 86400)
  const rest = local - days * 86400
  return {
    ...dateOf(days),
    days,
    hour: Math.floor(rest / 3600),
    minute: Math.floor(rest / 60) % 60,
    second: rest % 60,
    nanoseconds,
    offset,
    abbreviation,
  }
}

/** The layout of Go's Time.String: `2024-02-05 07:08:09.5 +0000 UTC`. */
export const defaultLayout = '2006-01-02 15:04:05.999999999 -0700 MST'
/** The layout of encoding/json. */
export const jsonLayout = '2006-01-02T15:04:05.999999999Z07:00'

export function formatTime(time: Instant, layout: string): string {
  checkLimit('the length of the layout', layout.length, maxLayoutLength)
  const wall = wallTime(time)
  return layoutPieces(layout)
    .map(({ text, isElement }) => (isElement ? formatElement(wall, text) : text))
    .join('')
}

function pad(value: number, width: number, filler = '0'): string {
  const digits = String(Math.abs(value)).padStart(width, filler)
  return value < 0 ? `-${digits}` : digits
}

const hour12 = ({ hour }: WallTime): number => hour % 12 || 12

const formats: Readonly<Record<string, (wall: WallTime) => string>> = {
  January: ({ month }) => monthNames[month - 1] ?? '',
  Jan: ({ month }) => (monthNames[month - 1] ?? '').slice(0, 3),
  Monday: ({ days }) => weekdayNames[weekdayOf(days)] ?? '',
  Mon: ({ days }) => (weekdayNames[weekdayOf(days)] ?? '').slice(0, 3),
  MST: ({ abbreviation, offset }) => abbreviation || offsetText(offset, '', 4),
  '2006': ({ year }) => pad(year, 4),
  '06': ({ year }) => pad(Math.abs(year) % 100, 2),
  '01': ({ month }) => pad(month, 2),
  '1': ({ month }) => String(month),
  '02': ({ day }) => pad(day, 2),
  _2: ({ day }) => pad(day, 2, ' '),
  '2': ({ day }) => String(day),
  '002': (wall) => pad(dayOfYear(wall), 3),
  __2: (wall) => pad(dayOfYear(wall), 3, ' '),
  '15': ({ hour }) => pad(hour, 2),
  '03': (wall) => pad(hour12(wall), 2),
  '3': (wall) => String(hour12(wall)),
  '04': ({ minute }) => pad(minute, 2),
  '4': ({ minute }) => String(minute),
  '05': ({ second }) => pad(second, 2),
  '5': ({ second }) => String(second),
  PM: ({ hour }) => (hour >= 12 ? 'PM' : 'AM'),
  pm: ({ hour }) => (hour >= 12 ? 'pm' : 'am'),
}

function formatElement(wall: WallTime, element: string): string {
  if (isFraction(element)) return fractionText(wall.nanoseconds, element)
  if (isOffset(element)) {
    if (element.startsWith('Z') && wall.offset === 0) return 'Z'
    const digits = element.replace(/[^0-9]/g, '').length
    return offsetText(wall.offset, element.includes(':') ? ':' : '', digits)
  }
  return formats[element]?.(wall) ?? element
}

/** `+0130`: with 2 digits hours, with 4 also minutes, with 6 also seconds. */
function offsetText(offset: number, separator: string, digits: number): string {
  const size = Math.abs(offset)
  const parts = [Math.floor(size / 3600), Math.floor(size / 60) % 60, size % 60].slice(0, digits / 2)
  return (offset < 0 ? '-' : '+') + parts.map((part) => pad(part, 2)).join(separator)
}

/** `.000` truncates to three digits; `.999` also drops trailing zeros, and the point if no digits remain. */
function fractionText(nanoseconds: number, element: string): string {
  const digits = pad(nanoseconds, 9).slice(0, element.length - 1)
  if (element[1] === '0') return (element[0] ?? '') + digits.padEnd(element.length - 1, '0')
  const significant = digits.replace(/0+$/, '')
  return significant === '' ? '' : (element[0] ?? '') + significant
}
