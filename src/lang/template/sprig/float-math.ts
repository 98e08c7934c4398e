/* Arithmetic with float64 results, calculated in decimals. */
import { floatText } from '../../go/float.ts'
import { FunctionError } from '../errors.ts'
import { define, type FunctionTable } from '../functions.ts'
import type { GoFunction, Value } from '../value.ts'
import { toFloat64 } from './convert.ts'
import { add, type Decimal, decimalOf, divide, multiply, numberOf, subtract } from './decimal.ts'

/** The max operands of one call: a product of decimals grows with each of them. */
const maxOperands = 1000

function toDecimal(value: Value): Decimal {
  const number = toFloat64(value)
  if (!Number.isFinite(number)) throw new FunctionError(`Cannot create a Decimal from ${floatText(number)}`)
  return decimalOf(number)
}

function calculate(start: Decimal, values: readonly Value[], operation: (a: Decimal, b: Decimal) => Decimal): number {
  if (values.length > maxOperands) throw new FunctionError(`more than ${maxOperands} operands`)
  return numberOf(values.map(toDecimal).reduce(operation, start))
}

function fold(operation: (a: Decimal, b: Decimal) => Decimal): GoFunction {
  return define({
    params: ['any'],
    variadic: 'any',
    call: (first, ...rest) => calculate(toDecimal(first), rest, operation),
  })
}

function checkedDivide(a: Decimal, b: Decimal): Decimal {
  if (b.coefficient === 0n) throw new FunctionError('decimal division by 0')
  return divide(a, b)
}

/**
 * Rounds to `places` decimals, up if the rest is at least `up`. The rest of a negative number never is, so it is rounded down.
 */
export function round(value: number, places: number, up: number): number {
  const power = 10 ** places
  const digits = power * value
  const rest = digits - Math.trunc(digits)
  return (rest >= up ? Math.ceil(digits) : Math.floor(digits)) / power
}

export const floatMathFunctions: FunctionTable = {
  addf: define({ params: [], variadic: 'any', call: (...values) => calculate(decimalOf(0), values, add) }),
  add1f: define({ params: ['any'], call: (value) => calculate(decimalOf(1), [value], add) }),
  subf: fold(subtract),
  mulf: fold(multiply),
  divf: fold(checkedDivide),
  maxf: define({ params: ['any'], variadic: 'any', call: (...values) => Math.max(...values.map(toFloat64)) }),
  minf: define({ params: ['any'], variadic: 'any', call: (...values) => Math.min(...values.map(toFloat64)) }),
  ceil: define({ params: ['any'], call: (value) => Math.ceil(toFloat64(value)) }),
  floor: define({ params: ['any'], call: (value) => Math.floor(toFloat64(value)) }),
  round: define({
    params: ['any', 'int'],
    variadic: 'float64',
    call: (value, places, up = 0.5) => round(toFloat64(value), places, up),
  }),
}
