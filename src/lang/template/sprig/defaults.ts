/* Defaults for missing values. A value is empty if it is false in an `if`: nil, "", 0, false, an empty list or map. */
import { define, type FunctionTable } from '../functions.ts'
import { isTrue, type Value } from '../value.ts'

const isEmpty = (value: Value): boolean => !isTrue(value)

export const defaultFunctions: FunctionTable = {
  default: define({
    params: ['any'],
    variadic: 'any',
    call: (fallback, ...given) => (isEmpty(given[0]) ? fallback : given[0]),
  }),
  empty: define({ params: ['any'], call: isEmpty }),
  coalesce: define({ params: [], variadic: 'any', call: (...values) => values.find(isTrue) ?? null }),
  all: define({ params: [], variadic: 'any', call: (...values) => values.every(isTrue) }),
  any: define({ params: [], variadic: 'any', call: (...values) => values.some(isTrue) }),
  ternary: define({
    params: ['any', 'any', 'bool'],
    call: (whenTrue, whenFalse, test) => (test ? whenTrue : whenFalse),
  }),
}
