/* Dates and durations. The local time zone is UTC, so that the output of a template doesn't depend on the machine. */

import { Int } from '../../../go/int.ts'
import { FunctionError } from '../../errors.ts'
import { define, defineWithRuntime, type FunctionTable } from '../../functions.ts'
import type { Host } from '../../host.ts'
import type { GoFunction, StructValue, Value } from '../../value.ts'
import { parseInteger } from '../convert.ts'
import { counted } from '../counted.ts'
import { expectStruct } from '../struct-params.ts'
import { durationText, parseDuration, roundedDuration, second } from './duration.ts'
import { formatTime, type Instant } from './format.ts'
import { parseTime } from './parse.ts'
import { addNanoseconds, difference, inZone, TimeValue, zeroTime } from './value.ts'
import { namedZone, utc } from './zone.ts'

const htmlLayout = '2006-01-02'
/** The range of times in seconds; beyond it, arithmetic isn't exact. */
const maxSeconds = 1e14

function now(host: Host): Instant {
  const milliseconds = host.wallClock()
  const seconds = Math.floor(milliseconds / 1000)
  return { seconds, nanoseconds: (milliseconds - seconds * 1000) * 1_000_000, zone: utc }
}

function fromUnix(seconds: bigint): Instant {
  if (seconds > maxSeconds || seconds < -maxSeconds) throw new FunctionError('the time is out of range')
  return { seconds: Number(seconds), nanoseconds: 0, zone: utc }
}

/** The instant of a time, or of seconds since 1970 as an int, int64 or int32; now for other values. */
function instantOf(host: Host, value: Value): Instant {
  if (value instanceof TimeValue) return value.instant
  if (value instanceof Int && value.named === null && ['int', 'int64', 'int32'].includes(value.kind)) {
    return fromUnix(value.value)
  }
  return now(host)
}

/** An unknown zone counts as UTC. */
function dateInZone(host: Host, layout: string, value: Value, zone: string): string {
  return formatTime(inZone(instantOf(host, value), namedZone(zone) ?? utc), layout)
}

function modified(duration: string, time: StructValue): TimeValue {
  const { instant } = expectStruct(time, TimeValue, 'time.Time')
  return new TimeValue(addNanoseconds(instant, parseDuration(duration)))
}

function modifiedQuietly(duration: string, time: StructValue): TimeValue {
  const original = expectStruct(time, TimeValue, 'time.Time')
  return orElse(() => modified(duration, original), original)
}

function orElse<T>(attempt: () => T, otherwise: T): T {
  try {
    return attempt()
  } catch (error) {
    if (error instanceof FunctionError) return otherwise
    throw error
  }
}

/** Seconds as a string or an int64; 0 for other values. */
function secondsOf(value: Value): bigint {
  if (value instanceof Int) return value.kind === 'int64' && value.named === null ? value.value : 0n
  if (typeof value !== 'string') return 0n
  const seconds = parseInteger(value, 10) ?? 0n
  return BigInt.asIntN(64, seconds) === seconds ? seconds : 0n
}

/** A duration as a string, nanoseconds as an int64, or a time, whose duration is that from then to now. */
function durationOf(host: Host, value: Value): bigint {
  if (typeof value === 'string') return orElse(() => parseDuration(value), 0n)
  if (value instanceof TimeValue) return difference(now(host), value.instant)
  return value instanceof Int && value.kind === 'int64' && value.named === null ? value.value : 0n
}

function ago(host: Host, value: Value): string {
  const hasElapsed = value instanceof TimeValue || (value instanceof Int && value.kind !== 'int32')
  const elapsed = hasElapsed ? difference(now(host), instantOf(host, value)) : 0n
  const half = elapsed < 0n ? -second / 2n : second / 2n
  return durationText(((elapsed + half) / second) * second)
}

const dateInZoneFunction = counted(
  defineWithRuntime({
    params: ['string', 'any', 'string'],
    varies: true,
    call: ({ host }, layout, value, zone) => dateInZone(host, layout, value, zone),
  }),
)
const dateModify = define({ params: ['string', 'struct'], call: modifiedQuietly })
const mustDateModify: GoFunction = define({ params: ['string', 'struct'], call: modified })

export const dateFunctions: FunctionTable = {
  now: defineWithRuntime({ params: [], varies: true, call: ({ host }) => new TimeValue(now(host)) }),
  date: counted(
    defineWithRuntime({
      params: ['string', 'any'],
      varies: true,
      call: ({ host }, layout, value) => dateInZone(host, layout, value, 'UTC'),
    }),
  ),
  dateInZone: dateInZoneFunction,
  date_in_zone: dateInZoneFunction,
  htmlDate: counted(
    defineWithRuntime({
      params: ['any'],
      varies: true,
      call: ({ host }, value) => dateInZone(host, htmlLayout, value, 'UTC'),
    }),
  ),
  htmlDateInZone: defineWithRuntime({
    params: ['any', 'string'],
    varies: true,
    call: ({ host }, value, zone) => dateInZone(host, htmlLayout, value, zone),
  }),
  dateModify,
  date_modify: dateModify,
  mustDateModify,
  must_date_modify: mustDateModify,
  toDate: define({
    params: ['string', 'string'],
    call: (layout, text) => new TimeValue(orElse(() => parseTime(layout, text), zeroTime)),
  }),
  mustToDate: define({ params: ['string', 'string'], call: (layout, text) => new TimeValue(parseTime(layout, text)) }),
  unixEpoch: define({
    params: ['struct'],
    call: (time) => String(expectStruct(time, TimeValue, 'time.Time').instant.seconds),
  }),
  duration: define({ params: ['any'], call: (value) => durationText(BigInt.asIntN(64, secondsOf(value) * second)) }),
  durationRound: defineWithRuntime({
    params: ['any'],
    varies: true,
    call: ({ host }, value) => roundedDuration(durationOf(host, value)),
  }),
  ago: defineWithRuntime({ params: ['any'], varies: true, call: ({ host }, value) => ago(host, value) }),
}
