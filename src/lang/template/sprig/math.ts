/* Integer arithmetic in int64, which wraps around. Values that aren't numbers count as 0. */
import { type Int, intOf } from '../../go/int.ts'
import { define, defineWithRuntime, type FunctionTable } from '../functions.ts'
import { type List, typedList, type Value } from '../value.ts'
import { toInt64 } from './convert.ts'
import { divideByZeroError } from './go-errors.ts'
import { checkLimit, maxListLength } from './limits.ts'

const int64 = (value: bigint): Int => intOf(value, 'int64')

function divisor(value: Value): bigint {
  const number = toInt64(value)
  if (number === 0n) throw divideByZeroError()
  return number
}

const isSmaller = (a: bigint, b: bigint): boolean => a < b

const biggest = define({
  params: ['any'],
  variadic: 'any',
  call: (first, ...rest) => int64(rest.map(toInt64).reduce((a, b) => (isSmaller(a, b) ? b : a), toInt64(first))),
})

/** The number of steps from start to stop; 0 if the step leads away from stop. */
function stepCount(start: number, stop: number, step: number): number {
  if (step === 0 || stop === start || stop > start !== step > 0) return 0
  return Math.ceil((stop - start) / step)
}

function steps(start: number, stop: number, step: number): number[] {
  const count = stepCount(start, stop, step)
  checkLimit('the length of the list', count, maxListLength)
  return Array.from({ length: count }, (_, index) => start + index * step)
}

function intList(numbers: readonly number[]): List {
  return typedList(
    '[]int',
    numbers.map((number) => intOf(number)),
  )
}

/** The arguments of `seq` as start, stop (exclusive) and step; null if they don't define a sequence. */
function sequence(args: readonly number[]): { start: number; stop: number; step: number } | null {
  const [first = 0, second = 0, third = 0] = args
  if (args.length === 1 || args.length === 2) {
    const start = args.length === 1 ? 1 : first
    const end = args.length === 1 ? first : second
    const step = end < start ? -1 : 1
    return { start, stop: end + step, step }
  }
  if (args.length !== 3 || (third < first && second > 0)) return null
  return { start: first, stop: third + (third < first ? -1 : 1), step: second }
}

export const mathFunctions: FunctionTable = {
  add: define({
    params: [],
    variadic: 'any',
    call: (...values) => int64(values.map(toInt64).reduce((a, b) => a + b, 0n)),
  }),
  add1: define({ params: ['any'], call: (value) => int64(toInt64(value) + 1n) }),
  sub: define({ params: ['any', 'any'], call: (a, b) => int64(toInt64(a) - toInt64(b)) }),
  mul: define({
    params: ['any'],
    variadic: 'any',
    call: (first, ...rest) => int64(rest.map(toInt64).reduce((a, b) => BigInt.asIntN(64, a * b), toInt64(first))),
  }),
  div: define({ params: ['any', 'any'], call: (a, b) => int64(toInt64(a) / divisor(b)) }),
  mod: define({ params: ['any', 'any'], call: (a, b) => int64(toInt64(a) % divisor(b)) }),
  max: biggest,
  biggest,
  min: define({
    params: ['any'],
    variadic: 'any',
    call: (first, ...rest) => int64(rest.map(toInt64).reduce((a, b) => (isSmaller(b, a) ? b : a), toInt64(first))),
  }),
  until: defineWithRuntime({
    params: ['int'],
    call: (runtime, count) => {
      const numbers = steps(0, count, count < 0 ? -1 : 1)
      runtime.iterate(numbers.length)
      return intList(numbers)
    },
  }),
  untilStep: defineWithRuntime({
    params: ['int', 'int', 'int'],
    call: (runtime, start, stop, step) => {
      const numbers = steps(start, stop, step)
      runtime.iterate(numbers.length)
      return intList(numbers)
    },
  }),
  seq: defineWithRuntime({
    params: [],
    variadic: 'int',
    call: (runtime, ...args) => {
      const range = sequence(args)
      if (range === null) return ''
      const numbers = steps(range.start, range.stop, range.step)
      runtime.iterate(numbers.length)
      return numbers.join(' ')
    },
  }),
}
