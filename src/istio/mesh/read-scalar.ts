import { durationJson, parseDuration } from '../../lang/go/duration.ts'
import type { Json } from '../../lang/json.ts'
import { foundOf } from '../../lang/text/found.ts'
import type { Expected, MeshValueFault } from './fault.ts'
import { enumOf, type ScalarKind } from './messages.ts'

/** A value, or why it can't be read. */
export type Reading = { readonly value: Json } | { readonly fault: MeshValueFault }

interface IntegerRange {
  readonly min: bigint
  readonly max: bigint
  /** Exceeds what a number can represent exactly: kept as a string. */
  readonly wide: boolean
}

const ranges: Readonly<Record<'int32' | 'uint32' | 'int64' | 'uint64', IntegerRange>> = {
  int32: { min: -(2n ** 31n), max: 2n ** 31n - 1n, wide: false },
  uint32: { min: 0n, max: 2n ** 32n - 1n, wide: false },
  int64: { min: -(2n ** 63n), max: 2n ** 63n - 1n, wide: true },
  uint64: { min: 0n, max: 2n ** 64n - 1n, wide: true },
}

// Protobuf's JSON accepts a number in quotes: a JSON number, with white space around it.
const integerText = /^[ \t\r\n]*(-?(?:0|[1-9]\d{0,19}))[ \t\r\n]*$/
const doubleText = /^[ \t\r\n]*(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)[ \t\r\n]*$/
const specialDoubles: ReadonlySet<unknown> = new Set(['NaN', 'Infinity', '-Infinity'])

/** Reads a scalar as protobuf's JSON does (https://protobuf.dev/programming-guides/json/). Null is for the caller. */
export function readScalar(kind: ScalarKind, value: unknown): Reading {
  if (kind === 'string') return typeof value === 'string' ? { value } : wrongType('string', value)
  if (kind === 'bool') return typeof value === 'boolean' ? { value } : wrongType('boolean', value)
  return kind === 'double' ? readDouble(value) : readInteger(value, ranges[kind], kind)
}

function readInteger(value: unknown, { min, max, wide }: IntegerRange, kind: string): Reading {
  const integer = integerOf(value)
  if (integer === undefined) return wrongType('integer', value)
  if (integer < min || integer > max) {
    const fault = {
      code: 'out-of-range',
      type: kind,
      min: String(min),
      max: String(max),
      actual: foundOf(value),
    } as const
    return { fault }
  }
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
  if (typeof value !== 'string') return wrongType('number', value)
  if (specialDoubles.has(value)) return { value }
  const number = Number(doubleText.exec(value)?.[1] ?? Number.NaN)
  return Number.isFinite(number) ? { value: number } : wrongType('number', value)
}

/** An enum: the exact name of a value, or a number. */
export function readEnum(name: string, value: unknown): Reading {
  const { numbers, names } = enumOf(name)
  if (typeof value === 'string') {
    return numbers.has(value) ? { value } : notOneOf(numbers.keys(), value)
  }
  const integer = typeof value === 'number' || typeof value === 'bigint' ? integerOf(value) : undefined
  if (integer === undefined || integer < ranges.int32.min || integer > ranges.int32.max) {
    return notOneOf(numbers.keys(), value)
  }
  return { value: names.get(Number(integer)) ?? Number(integer) }
}

/** A duration in Go's format, kept in protobuf's. */
export function readDuration(value: unknown): Reading {
  const nanoseconds = typeof value === 'string' ? parseDuration(value) : undefined
  if (nanoseconds === undefined) return { fault: { code: 'not-a-duration', actual: foundOf(value) } }
  return { value: durationJson(nanoseconds) }
}

function notOneOf(expected: Iterable<string>, value: unknown): Reading {
  return { fault: { code: 'not-one-of', expected: [...expected], actual: foundOf(value) } }
}

function wrongType(expected: Expected, value: unknown): Reading {
  return { fault: { code: 'wrong-type', expected, actual: foundOf(value) } }
}
