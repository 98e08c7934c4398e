/* Durations in nanoseconds, like Go's time package. */
import { FunctionError } from '../../errors.ts'
import { maxInt64 } from '../convert.ts'
import { quoteAscii } from './quote.ts'

export const second = 1_000_000_000n
export const minute = 60n * second
export const hour = 60n * minute

const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  '\u00b5s': 1_000n,
  '\u03bcs': 1_000n,
  ms: 1_000_000n,
  s: second,
  m: minute,
  h: hour,
}

/** Parses `1h15m30.918s` to nanoseconds. Throws a FunctionError with Go's reason. */
export function parseDuration(text: string): bigint {
  const negative = text.startsWith('-')
  const unsigned = /^[+-]/.test(text) ? text.slice(1) : text
  if (unsigned === '0') return 0n
  const total = unsigned === '' ? invalid(text) : sumOf(unsigned, text)
  if (total > maxInt64 + (negative ? 1n : 0n)) return invalid(text)
  return negative ? -total : total
}

function sumOf(unsigned: string, text: string): bigint {
  let total = 0n
  let rest = unsigned
  while (rest !== '') {
    const [written = '', whole = '', fraction = ''] = /^([0-9]*)(?:\.([0-9]*))?/.exec(rest) ?? []
    if (whole === '' && fraction === '') return invalid(text)
    const name = /^[^0-9.]*/.exec(rest.slice(written.length))?.[0] ?? ''
    if (name === '') return fail(`missing unit in duration ${quoteAscii(text)}`)
    const unit = Object.hasOwn(units, name) ? units[name] : undefined
    if (unit === undefined) return fail(`unknown unit ${quoteAscii(name)} in duration ${quoteAscii(text)}`)
    // 63 bits hold at most 19 digits: a longer whole part is too large, and more digits of a fraction don't matter.
    if (whole.replace(/^0+/, '').length > 19) return invalid(text)
    const digits = fraction.slice(0, 18)
    total += BigInt(whole || '0') * unit + (BigInt(digits || '0') * unit) / 10n ** BigInt(digits.length)
    if (total > maxInt64 + 1n) return invalid(text)
    rest = rest.slice(written.length + name.length)
  }
  return total
}

function invalid(text: string): never {
  return fail(`invalid duration ${quoteAscii(text)}`)
}

function fail(reason: string): never {
  throw new FunctionError(`time: ${reason}`)
}

/** Formats a duration like Go: `1h0m5s`, `1.5s`, `2ms`, `0s`. */
export function durationText(nanoseconds: bigint): string {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds
  const sign = nanoseconds < 0n ? '-' : ''
  if (size === 0n) return '0s'
  if (size < 1_000n) return `${sign}${size}ns`
  if (size < 1_000_000n) return `${sign}${decimal(size, 1_000n)}µs`
  if (size < second) return `${sign}${decimal(size, 1_000_000n)}ms`
  const seconds = `${decimal(size % minute, second)}s`
  if (size < minute) return sign + seconds
  const minutes = `${(size / minute) % 60n}m${seconds}`
  return size < hour ? sign + minutes : `${sign}${size / hour}h${minutes}`
}

function decimal(value: bigint, unit: bigint): string {
  const fraction = (value % unit)
    .toString()
    .padStart(unit.toString().length - 1, '0')
    .replace(/0+$/, '')
  return `${value / unit}${fraction === '' ? '' : `.${fraction}`}`
}

const steps: readonly (readonly [string, bigint])[] = [
  ['y', 8760n * hour],
  ['mo', 720n * hour],
  ['d', 24n * hour],
  ['h', hour],
  ['m', minute],
  ['s', second],
]

/** The largest unit that the duration exceeds, in whole units: `25h` is `1d`, `24h` stays `24h`. The sign is dropped. */
export function roundedDuration(nanoseconds: bigint): string {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds
  const step = steps.find(([, unit]) => size > unit)
  return step === undefined ? '0s' : `${size / step[1]}${step[0]}`
}
