/** The digits of a finite positive number: its value is 0.DIGITS times ten to the power of `point`. Zero has no digits. */
interface Decimal {
  readonly digits: string
  readonly point: number
}

/**
 * Formats a float64 like Go's strconv.FormatFloat. `precision` counts the digits after the decimal point (`e`, `f`) or
 * all digits (`g`); -1 writes the fewest that read back as the same number.
 */
export function formatFloat(value: number, verb: 'e' | 'f' | 'g', precision = -1): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const size = Math.abs(value)
  if (verb === 'g') return sign + general(size, precision)
  if (verb === 'e') {
    const decimal = precision < 0 ? shortest(size) : rounded(size, () => precision + 1)
    return sign + exponential(decimal, precision < 0 ? Math.max(decimal.digits.length - 1, 0) : precision)
  }
  const decimal = precision < 0 ? shortest(size) : rounded(size, (point) => point + precision)
  return sign + fixed(decimal, precision < 0 ? Math.max(decimal.digits.length - decimal.point, 0) : precision)
}

/** Formats a float64 like Go's `%v`: `15020`, `1e+06`, `1.5`, `NaN`. */
export function floatText(value: number): string {
  // Fast path for most values: Go and JavaScript format small whole numbers and short fractions alike.
  if (value > -1e6 && value < 1e6 && (value >= 1e-4 || value <= -1e-4)) return String(value)
  return formatFloat(value, 'g')
}

/** Formats a float64 like `%x`: `0x1.8p+00`. `precision` counts the hex digits after the point, -1 for as many as needed. */
export function hexFloat(value: number, precision = -1): string {
  if (!Number.isFinite(value)) return formatFloat(value, 'g')
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  if (value === 0) return `${sign}0x0${precision > 0 ? `.${'0'.repeat(precision)}` : ''}p+00`
  let { mantissa, exponent } = split(Math.abs(value))
  while (mantissa < 1n << 52n) {
    mantissa <<= 1n
    exponent--
  }
  // There are 13 hex digits after the point; fewer are rounded half to even.
  if (precision >= 0 && precision < 13) {
    const dropped = BigInt(4 * (13 - precision))
    mantissa = halfEven(mantissa, 1n << dropped) << dropped
  }
  if (mantissa >= 1n << 53n) {
    mantissa >>= 1n
    exponent++
  }
  const digits = (mantissa & ((1n << 52n) - 1n)).toString(16).padStart(13, '0')
  const fraction = precision < 0 ? digits.replace(/0+$/, '') : digits.slice(0, precision).padEnd(precision, '0')
  const power = exponent + 52
  const point = fraction === '' ? '' : `.${fraction}`
  return `${sign}0x1${point}p${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

/** Formats a float64 like `%b`: `6755399441055744p-52`. */
export function binaryFloat(value: number): string {
  if (!Number.isFinite(value)) return formatFloat(value, 'g')
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const { mantissa, exponent } = split(Math.abs(value))
  return `${sign}${mantissa}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`
}

function general(size: number, precision: number): string {
  const significant = precision === 0 ? 1 : precision
  const decimal = significant < 0 ? shortest(size) : rounded(size, () => significant)
  const count = decimal.digits.length
  let limit = significant
  if (limit > count && count >= decimal.point) limit = count
  if (significant < 0) limit = 6
  const exponent = decimal.point - 1
  if (exponent < -4 || exponent >= limit) return exponential(decimal, Math.max(count - 1, 0))
  return fixed(decimal, Math.max(count - decimal.point, 0))
}

function exponential({ digits, point }: Decimal, precision: number): string {
  const fraction = digits.slice(1, precision + 1).padEnd(precision, '0')
  const exponent = digits === '' ? 0 : point - 1
  const power = String(Math.abs(exponent)).padStart(2, '0')
  return `${digits[0] ?? '0'}${precision > 0 ? `.${fraction}` : ''}e${exponent < 0 ? '-' : '+'}${power}`
}

function fixed({ digits, point }: Decimal, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0'
  if (precision <= 0) return whole
  const fraction = point > 0 ? digits.slice(point) : '0'.repeat(Math.min(-point, precision)) + digits
  return `${whole}.${fraction.slice(0, precision).padEnd(precision, '0')}`
}

function shortest(size: number): Decimal {
  if (size === 0) return { digits: '', point: 0 }
  const [mantissa = '', exponent = ''] = size.toExponential().split('e')
  return { digits: mantissa.replace('.', ''), point: Number(exponent) + 1 }
}

/** The exact value, rounded half to even to `count(point)` digits, where `point` is the position of the decimal point. */
function rounded(size: number, count: (point: number) => number): Decimal {
  if (size === 0) return { digits: '', point: 0 }
  const { mantissa, exponent } = split(size)
  const scaled = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent)
  const all = scaled.toString()
  const point = all.length - (exponent >= 0 ? 0 : -exponent)
  const keep = count(point)
  if (keep >= all.length) return trimmed(all, point)
  if (keep < 0) return { digits: '', point: 0 }
  const kept = halfEven(scaled, 10n ** BigInt(all.length - keep)).toString()
  if (kept === '0') return { digits: '', point: 0 }
  // Rounding up may add a digit: 9.99 becomes 10.0, and 0.6 rounded to no digits becomes 1.
  return trimmed(kept, point + (kept.length - keep))
}

function trimmed(digits: string, point: number): Decimal {
  return { digits: digits.replace(/0+$/, ''), point }
}

function halfEven(value: bigint, unit: bigint): bigint {
  const quotient = value / unit
  const twice = (value % unit) * 2n
  return twice > unit || (twice === unit && (quotient & 1n) === 1n) ? quotient + 1n : quotient
}

/** Splits a number into an integer mantissa and an exponent of two. */
function split(size: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, size)
  const bits = view.getBigUint64(0)
  const power = Number(bits >> 52n)
  const fraction = bits & ((1n << 52n) - 1n)
  return power === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: power - 1075 }
}
