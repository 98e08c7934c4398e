import { BoundedCache } from '../cache.ts'

const billion = 10n ** 9n
/** The largest amount, in billionths; Kubernetes caps larger ones to it. */
const largest = (2n ** 63n - 1n) * billion
/** No one writes longer quantities; refusing them bounds the work. */
const maxLength = 256

const decimalSuffixes: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
}

const binarySuffixes: Readonly<Record<string, bigint>> = {
  Ki: 2n ** 10n,
  Mi: 2n ** 20n,
  Gi: 2n ** 30n,
  Ti: 2n ** 40n,
  Pi: 2n ** 50n,
  Ei: 2n ** 60n,
}

const grammar = /^(?<sign>[+-]?)(?=\.?[0-9])(?<whole>[0-9]*)\.?(?<fraction>[0-9]*)(?<suffix>.*)$/
const exponentSuffix = /^[eE](?<power>[+-]?[0-9]+)$/

/**
 * The amount of a Kubernetes quantity (`100m`, `0.5Gi`, `1e3`, `2`) in billionths, so that equal amounts are equal;
 * undefined if it is invalid. Like Kubernetes, rounds away from zero to whole billionths, and caps amounts at 2^63 - 1.
 * (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/)
 */
export function parseQuantity(text: string): bigint | undefined {
  if (text.length > maxLength) return undefined
  const known = amounts.get(text)
  if (known !== undefined) return known
  const amount = amountOf(text)
  if (amount !== undefined) amounts.set(text, amount, text.length)
  return amount
}

/** Pods have few different amounts. */
const amounts = new BoundedCache<bigint>({ maxEntries: 1000, maxSize: 20_000 })

function amountOf(text: string): bigint | undefined {
  const { sign, whole = '', fraction = '', suffix = '' } = grammar.exec(text)?.groups ?? { suffix: 'none' }
  const unit = unitOf(suffix)
  if (unit === undefined) return undefined
  const digits = BigInt(whole + fraction) * unit.factor
  const amount = scale(digits, unit.power + 9 - fraction.length)
  return sign === '-' ? -amount : amount
}

/** The amount of a JSON value that is a quantity; undefined for any other value. */
export function quantityOf(value: unknown): bigint | undefined {
  return typeof value === 'string' || typeof value === 'number' ? parseQuantity(String(value)) : undefined
}

/** The shortest quantity of an amount, with the kind of suffix that another quantity has: binary, or else decimal. */
export function formatQuantity(amount: bigint, like: string): string {
  if (amount === 0n) return '0'
  const binary = Object.entries(binarySuffixes)
  if (binary.some(([suffix]) => like.endsWith(suffix))) {
    const fitting = binary.findLast(([, factor]) => amount % (factor * billion) === 0n)
    if (fitting !== undefined) return `${amount / (fitting[1] * billion)}${fitting[0]}`
  }
  const powers = Object.entries(decimalSuffixes).sort(([, one], [, other]) => other - one)
  const [suffix = 'n', power = -9] = powers.find(([, one]) => amount % 10n ** BigInt(one + 9) === 0n) ?? []
  return `${amount / 10n ** BigInt(power + 9)}${suffix}`
}

/** A quantity in whole units, rounded up, such as the CPUs of `1500m`; undefined for a value that is no quantity. */
export function wholeUnits(value: unknown): number | undefined {
  const amount = quantityOf(value)
  return amount === undefined ? undefined : Number(divideUp(amount, billion))
}

interface Unit {
  readonly factor: bigint
  /** The power of ten. */
  readonly power: number
}

function unitOf(suffix: string): Unit | undefined {
  if (Object.hasOwn(decimalSuffixes, suffix)) return { factor: 1n, power: decimalSuffixes[suffix] ?? 0 }
  if (Object.hasOwn(binarySuffixes, suffix)) return { factor: binarySuffixes[suffix] ?? 1n, power: 0 }
  const power = Number(exponentSuffix.exec(suffix)?.groups?.['power'] ?? Number.NaN)
  return Number.isSafeInteger(power) ? { factor: 1n, power } : undefined
}

/** `digits` times ten to the `power`, without computing values that are far out of range. */
function scale(digits: bigint, power: number): bigint {
  if (digits === 0n) return 0n
  if (power > 40) return largest
  if (power < -2 * maxLength) return 1n
  const amount = power >= 0 ? digits * 10n ** BigInt(power) : divideUp(digits, 10n ** BigInt(-power))
  return amount > largest ? largest : amount
}

function divideUp(value: bigint, by: bigint): bigint {
  return value > 0n ? (value + by - 1n) / by : value / by
}
