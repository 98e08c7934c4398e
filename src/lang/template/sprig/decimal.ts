/*
 * Decimal numbers of arbitrary precision, with which addf and the like calculate: 0.1 and 0.2 make 0.3. A float64 is
 * converted to the shortest decimal that reads back as the same number, and the result is rounded to a float64.
 */

/** `coefficient` times ten to the power of `exponent`. */
export interface Decimal {
  readonly coefficient: bigint
  readonly exponent: number
}

/** The decimals of a quotient, which is rounded half away from zero. */
const quotientDigits = 16

/** The decimal of a finite number. */
export function decimalOf(value: number): Decimal {
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  return { coefficient: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length }
}

export function numberOf({ coefficient, exponent }: Decimal): number {
  return Number(`${coefficient}e${exponent}`)
}

function aligned(a: Decimal, b: Decimal): { a: bigint; b: bigint; exponent: number } {
  const exponent = Math.min(a.exponent, b.exponent)
  return { a: scaled(a, exponent), b: scaled(b, exponent), exponent }
}

function scaled(value: Decimal, exponent: number): bigint {
  return value.coefficient * 10n ** BigInt(value.exponent - exponent)
}

export function add(a: Decimal, b: Decimal): Decimal {
  const both = aligned(a, b)
  return { coefficient: both.a + both.b, exponent: both.exponent }
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  const both = aligned(a, b)
  return { coefficient: both.a - both.b, exponent: both.exponent }
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return { coefficient: a.coefficient * b.coefficient, exponent: a.exponent + b.exponent }
}

/** The divisor must not be zero. */
export function divide(a: Decimal, b: Decimal): Decimal {
  const shift = a.exponent - b.exponent + quotientDigits
  const numerator = shift >= 0 ? a.coefficient * 10n ** BigInt(shift) : a.coefficient
  const denominator = shift >= 0 ? b.coefficient : b.coefficient * 10n ** BigInt(-shift)
  return { coefficient: roundedQuotient(numerator, denominator), exponent: -quotientDigits }
}

function roundedQuotient(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator
  const rest = numerator % denominator
  const twice = 2n * (rest < 0n ? -rest : rest)
  if (twice < (denominator < 0n ? -denominator : denominator)) return quotient
  return numerator < 0n === denominator < 0n ? quotient + 1n : quotient - 1n
}
