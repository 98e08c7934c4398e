/* Go's time.Time in templates: a struct with methods. */

import { Int, intOf, type NamedInt } from '../../../go/int.ts'
import { FunctionError } from '../../errors.ts'
import { define } from '../../functions.ts'
import { type GoFunction, StructValue, type Value } from '../../value.ts'
import { maxInt64, minInt64 } from '../convert.ts'
import { counted } from '../counted.ts'
import { expectStruct } from '../struct-params.ts'
import { dayOfYear, daysOf, weekdayOf } from './calendar.ts'
import { durationText, second } from './duration.ts'
import { defaultLayout, formatTime, type Instant, jsonLayout, wallTime } from './format.ts'
import { monthNames, weekdayNames } from './layout.ts'
import { utc, type Zone } from './zone.ts'

export const durationType: NamedInt = { name: 'time.Duration', text: durationText }
const monthType: NamedInt = {
  name: 'time.Month',
  text: (value) => monthNames[Number(value) - 1] ?? `%!Month(${value})`,
}
const weekdayType: NamedInt = {
  name: 'time.Weekday',
  text: (value) => weekdayNames[Number(value)] ?? `%!Weekday(${value})`,
}

/** January 1 of the year 1 in UTC: Go's zero time. */
export const zeroTime: Instant = { seconds: daysOf(1, 1, 1) * 86400, nanoseconds: 0, zone: utc }

export class TimeValue extends StructValue {
  readonly typeName = 'time.Time'
  readonly instant: Instant

  constructor(instant: Instant) {
    super()
    this.instant = instant
  }

  field(): Value {
    return undefined
  }

  override method(name: string): GoFunction | undefined {
    return Object.hasOwn(methods, name) ? methods[name]?.(this.instant) : undefined
  }

  override text(): string {
    return formatTime(this.instant, defaultLayout)
  }

  json(): string {
    return formatTime(this.instant, jsonLayout)
  }

  equals(other: Value): boolean {
    return (
      other instanceof TimeValue &&
      compare(this.instant, other.instant) === 0 &&
      this.instant.zone === other.instant.zone
    )
  }
}

export function inZone(instant: Instant, zone: Zone): Instant {
  return { ...instant, zone }
}

/** Adds nanoseconds to a time. */
export function addNanoseconds(instant: Instant, nanoseconds: bigint): Instant {
  const total = BigInt(instant.nanoseconds) + nanoseconds
  const rest = ((total % second) + second) % second
  return { ...instant, seconds: instant.seconds + Number((total - rest) / second), nanoseconds: Number(rest) }
}

/** Nanoseconds since 1970, of any size. */
export function unixNanoseconds({ seconds, nanoseconds }: Instant): bigint {
  return BigInt(seconds) * second + BigInt(nanoseconds)
}

/** The duration from `earlier` to `later`, limited to the range of a duration. */
export function difference(later: Instant, earlier: Instant): bigint {
  const value = unixNanoseconds(later) - unixNanoseconds(earlier)
  if (BigInt.asIntN(64, value) === value) return value
  return value > 0n ? maxInt64 : minInt64
}

function compare(left: Instant, right: Instant): number {
  return Math.sign(left.seconds - right.seconds || left.nanoseconds - right.nanoseconds)
}

/** Adds years, months and days by the calendar: the 31st of a month with 30 days is the first of the next. */
function addDate(instant: Instant, years: number, months: number, days: number): Instant {
  const wall = wallTime(instant)
  const moved = daysOf(wall.year + years, wall.month + months, wall.day + days)
  if (!Number.isSafeInteger(moved * 86400)) throw new FunctionError('the date is out of range')
  const atNewDay = instant.seconds + (moved - wall.days) * 86400
  // The time of day stays the same, so the change of the zone's offset is subtracted.
  return { ...instant, seconds: atNewDay + wall.offset - instant.zone.at(atNewDay).offset }
}

/** Rounds down to a multiple of a duration since the zero time, or to the nearest one with `rounded`. */
function truncate(instant: Instant, step: bigint, rounded: boolean): Instant {
  if (step <= 0n) return instant
  const sinceZero = unixNanoseconds(instant) - unixNanoseconds(zeroTime)
  const rest = ((sinceZero % step) + step) % step
  return addNanoseconds(instant, rounded && rest * 2n >= step ? step - rest : -rest)
}

type Methods = Readonly<Record<string, (instant: Instant) => GoFunction>>

const getter = (read: (instant: Instant) => Value) => (instant: Instant) =>
  define({ params: [], call: () => read(instant) })

const comparing = (read: (order: number) => Value) => (instant: Instant) =>
  define({
    params: ['struct'],
    call: (other) => read(compare(instant, expectStruct(other, TimeValue, 'time.Time').instant)),
  })

/** Durations in templates are values of time.Duration, or literals, which any integer parameter accepts. */
function durationOf(value: Value): bigint {
  if (value instanceof Int) return value.value
  throw new FunctionError('wrong type for value; expected time.Duration')
}

const byDuration = (change: (instant: Instant, duration: bigint) => Instant) => (instant: Instant) =>
  define({ params: ['any'], call: (duration) => new TimeValue(change(instant, durationOf(duration))) })

const methods: Methods = {
  Year: getter((time) => intOf(wallTime(time).year)),
  Month: getter((time) => intOf(wallTime(time).month, 'int', monthType)),
  Day: getter((time) => intOf(wallTime(time).day)),
  Weekday: getter((time) => intOf(weekdayOf(wallTime(time).days), 'int', weekdayType)),
  YearDay: getter((time) => intOf(dayOfYear(wallTime(time)))),
  Hour: getter((time) => intOf(wallTime(time).hour)),
  Minute: getter((time) => intOf(wallTime(time).minute)),
  Second: getter((time) => intOf(wallTime(time).second)),
  Nanosecond: getter((time) => intOf(time.nanoseconds)),
  Unix: getter((time) => intOf(time.seconds, 'int64')),
  UnixMilli: getter((time) => intOf(unixNanoseconds(time) / 1_000_000n, 'int64')),
  UnixMicro: getter((time) => intOf(unixNanoseconds(time) / 1_000n, 'int64')),
  UnixNano: getter((time) => intOf(unixNanoseconds(time), 'int64')),
  String: getter((time) => formatTime(time, defaultLayout)),
  Location: getter((time) => time.zone.name),
  UTC: getter((time) => new TimeValue(inZone(time, utc))),
  Local: getter((time) => new TimeValue(inZone(time, utc))),
  IsZero: getter((time) => compare(time, zeroTime) === 0),
  Before: comparing((order) => order < 0),
  After: comparing((order) => order > 0),
  Equal: comparing((order) => order === 0),
  Compare: comparing((order) => intOf(order)),
  Format: (instant) => counted(define({ params: ['string'], call: (layout) => formatTime(instant, layout) })),
  AddDate: (instant) =>
    define({
      params: ['int', 'int', 'int'],
      call: (years, months, days) => new TimeValue(addDate(instant, years, months, days)),
    }),
  Add: byDuration(addNanoseconds),
  Truncate: byDuration((instant, step) => truncate(instant, step, false)),
  Round: byDuration((instant, step) => truncate(instant, step, true)),
  Sub: (instant) =>
    define({
      params: ['struct'],
      call: (other) =>
        intOf(difference(instant, expectStruct(other, TimeValue, 'time.Time').instant), 'int64', durationType),
    }),
}
