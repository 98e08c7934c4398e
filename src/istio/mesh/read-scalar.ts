import { durationJson, parseDuration } from '../../lang/go/duration.ts'
import type { Json } from '../../lang/json.ts'
import { describe } from './fault.ts'
import { enumOf, type ScalarKind } from './messages.ts'

/** A value read, or the reason why it can't be. */
export type Reading = { readonly value: Json } | { readonly reason: string }

interface IntegerRange {
  readonly least: bigint
  readonly most: bigint
  /** Beyond what a number holds exactly: kept as text. */
  readonly wide: boolean
}

const ranges: Readonly<Record<'int32' | 'uint32' | 'int64' | 'uint64', IntegerRange>> = {
  int32: { least: -(2n ** 31n), most: 2n ** 31n - 1n, wide: false },
  uint32: { least: 0n, most: 2n ** 32n - 1n, wide: false },
  int64: { least: -(2n ** 63n), most: 2n ** 63n - 1n, wide: true },
  uint64: { least: 0n, most: 2n ** 64n - 1n, wide: true },
}

// What may stand inside of quotes where protobuf's JSON has a number: a number of JSON, with white space around it.
const integerText = /^[ \t\r\n]*(-?(?:0|[1-9]\d{0,19}))[ \t\r\n]*$/
const doubleText = /^[ \t\r\n]*(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)[ \t\r\n]*$/
const specialDoubles: ReadonlySet<unknown> = new Set(['NaN', 'Infinity', '-Infinity'])

/** Reads a scalar as protobuf's JSON does (https://protobuf.dev/programming-guides/json/). Null is for the caller. */
export function readScalar(kind: ScalarKind, value: unknown): Reading {
  if (kind === 'string')
    return typeof value === 'string' ? { value } : refuse('must be text', value, '; put it in quotes')
  if (kind === 'bool') return typeof value === 'boolean' ? { value } : refuse('must be true or false', value)
  return kind === 'double' ? readDouble(value) : readInteger(value, ranges[kind], kind)
}

function readInteger(value: unknown, { least, most, wide }: IntegerRange, kind: string): Reading {
  const integer = integerOf(value)
  if (integer === undefined) return refuse('must be a whole number', value)
  if (integer < least || integer > most) return refuse(`must be from ${least} to ${most}, to fit ${kind}`, value)
  return { value: wide ? String(integer) : Number(integer) }
}

function integerOf(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined
  const digits = typeof value === 'string' ? integerText.exec(value)?.[1] : undefined
  return digits === undefined ? undefined : BigInt(digits)
}

function readDouble(value: unknown): Reading {
  if (typeof value === 'bigint') return { value: Number(value) }
  if (typeof value === 'number' && Number.isFinite(value)) return { value }
  if (typeof value !== 'string') return refuse('must be a number', value)
  if (specialDoubles.has(value)) return { value }
  const number = Number(doubleText.exec(value)?.[1] ?? Number.NaN)
  return Number.isFinite(number) ? { value: number } : refuse('must be a number', value)
}

/** An enum: the exact name of a value, or a number. */
export function readEnum(name: string, value: unknown): Reading {
  const { numbers, names } = enumOf(name)
  if (typeof value === 'string') {
    return numbers.has(value) ? { value } : refuse(`must be one of ${[...numbers.keys()].join(', ')}`, value)
  }
  const integer = typeof value === 'number' || typeof value === 'bigint' ? integerOf(value) : undefined
  if (integer === undefined || integer < ranges.int32.least || integer > ranges.int32.most) {
    return refuse(`must be one of ${[...numbers.keys()].join(', ')}`, value)
  }
  return { value: names.get(Number(integer)) ?? Number(integer) }
}

/** A duration as Go writes it; kept as protobuf does. */
export function readDuration(value: unknown): Reading {
  const nanoseconds = typeof value === 'string' ? parseDuration(value) : undefined
  if (nanoseconds === undefined) return refuse('must be a duration with its unit, such as 45s, 1m30s or 250ms', value)
  return { value: durationJson(nanoseconds) }
}

function refuse(rule: string, value: unknown, fix = ''): Reading {
  return { reason: `${rule}, not ${describe(value)}${typeof value === 'object' ? '' : fix}` }
}
