/*
 * Durations as in Go's time package: signed 64-bit nanoseconds (https://pkg.go.dev/time#ParseDuration). They are
 * bigints, because a number is exact only up to 104 days.
 */

const nanosecondsPer: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['\u00b5s', 1_000n], // micro sign
  ['\u03bcs', 1_000n], // Greek mu
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
])

const second = 1_000_000_000n
const minute = 60n * second
const limit = 1n << 63n
// No one writes longer durations; refusing them bounds the work.
const maxLength = 256

const sequence = /^(?:(?:\d+(?:\.\d*)?|\.\d+)[^\d.]+)+$/
const part = /(\d*)(?:\.(\d*))?([^\d.]+)/g

/** Parses a duration such as `1m30s`, `.5h` or `-250ms` to nanoseconds; undefined if Go would refuse it (no unit, too large). */
export function parseDuration(text: string): bigint | undefined {
  if (text.length > maxLength) return undefined
  const negative = text.startsWith('-')
  const digits = negative || text.startsWith('+') ? text.slice(1) : text
  if (digits === '0') return 0n
  if (!sequence.test(digits)) return undefined
  let total = 0n
  for (const [, whole = '', fraction = '', name = ''] of digits.matchAll(part)) {
    const unit = nanosecondsPer.get(name)
    if (unit === undefined) return undefined
    total += BigInt(whole === '' ? '0' : whole) * unit + fractionOf(fraction, unit)
    if (total > limit) return undefined
  }
  if (negative) return -total
  return total < limit ? total : undefined
}

/** Like Go, keeps the leading digits that fit in 63 bits and multiplies in float64. */
function fractionOf(digits: string, unit: bigint): bigint {
  let value = 0n
  let scale = 1
  for (const digit of digits) {
    const next = value * 10n + BigInt(digit)
    if (value > (limit - 1n) / 10n || next > limit) break
    value = next
    scale *= 10
  }
  return BigInt(Math.trunc(Number(value) * (Number(unit) / scale)))
}

/** Formats like Go's Duration.String: `45s`, `1m30s`, `1h0m0s`, `250ms`, `1.5\u00b5s`, `0s`. */
export function formatDuration(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? '-' : ''
  const amount = nanoseconds < 0n ? -nanoseconds : nanoseconds
  if (amount === 0n) return '0s'
  if (amount < 1_000n) return `${sign}${amount}ns`
  if (amount < 1_000_000n) return `${sign}${decimal(amount, 3)}\u00b5s`
  if (amount < second) return `${sign}${decimal(amount, 6)}ms`
  const minutes = amount / minute
  const seconds = `${decimal(amount % minute, 9)}s`
  if (minutes === 0n) return `${sign}${seconds}`
  return minutes < 60n ? `${sign}${minutes}m${seconds}` : `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`
}

/** The amount with a decimal point before its last `places` digits, without trailing zeros. */
function decimal(amount: bigint, places: number): string {
  const scale = 10n ** BigInt(places)
  const fraction = String(amount % scale)
    .padStart(places, '0')
    .replace(/0+$/, '')
  return fraction === '' ? String(amount / scale) : `${amount / scale}.${fraction}`
}

/**
 * Formats a duration as protobuf's JSON does: seconds with 0, 3, 6 or 9 decimals (`90s`, `0.250s`). `parseDuration`
 * reads it back. (https://protobuf.dev/programming-guides/json/)
 */
export function durationJson(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? '-' : ''
  const amount = nanoseconds < 0n ? -nanoseconds : nanoseconds
  const fraction = String(amount % second)
    .padStart(9, '0')
    .replace(/(000)+$/, '')
  return `${sign}${amount / second}${fraction === '' ? '' : `.${fraction}`}s`
}
