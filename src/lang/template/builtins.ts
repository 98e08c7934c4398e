import { equals, equalsAny, isLess, isLessOrEqual } from './compare.ts'
import { callArgument, Mismatch } from './convert.ts'
import { FunctionError } from './errors.ts'
import { escapable, escapeHtml, escapeJs, escapeQuery } from './escape.ts'
import { sprint, sprintln } from './format/plain.ts'
import { sprintf } from './format/printf.ts'
import { define, defineWithRuntime, type FunctionTable } from './functions.ts'
import { index, length, slice } from './indexing.ts'
import { GoFunction, isTrue, type Runtime, typeName, type Value } from './value.ts'

/** The functions that every template has. */
export const builtins: FunctionTable = {
  // The compiler evaluates the arguments of `and` and `or` one by one and stops at the first that decides the result.
  and: define({ params: ['value'], variadic: 'value', call: (...all) => decisive(all, false) }),
  or: define({ params: ['value'], variadic: 'value', call: (...all) => decisive(all, true) }),
  not: define({ params: ['value'], call: (value) => !isTrue(value) }),
  eq: define({ params: ['value'], variadic: 'value', call: (left, ...others) => equalsAny(left, others) }),
  ne: define({ params: ['value', 'value'], call: (left, right) => !equals(left, right) }),
  lt: define({ params: ['value', 'value'], call: isLess }),
  le: define({ params: ['value', 'value'], call: isLessOrEqual }),
  gt: define({ params: ['value', 'value'], call: (left, right) => !isLessOrEqual(left, right) }),
  ge: define({ params: ['value', 'value'], call: (left, right) => !isLess(left, right) }),
  len: define({ params: ['value'], call: length }),
  index: define({
    params: ['value'],
    variadic: 'value',
    readsKeyOf: [],
    call: (item, ...indexes) => index(item, indexes),
  }),
  slice: define({ params: ['value'], variadic: 'value', call: (item, ...indexes) => slice(item, indexes) }),
  print: grows([], (...values) => sprint(values)),
  println: grows([], (...values) => sprintln(values)),
  printf: grows(['string'], (format, ...values) => sprintf(String(format), values)),
  html: grows([], (...values) => escapeHtml(escapable(values))),
  js: grows([], (...values) => escapeJs(escapable(values))),
  urlquery: grows([], (...values) => escapeQuery(escapable(values))),
  call: defineWithRuntime({
    params: ['value'],
    variadic: 'value',
    call: (runtime, callee, ...args) => callValue(runtime, callee, args),
  }),
}

/** A function whose result counts against the limit on the growth of strings. */
function grows(params: readonly 'string'[], call: (...args: Value[]) => string): GoFunction {
  return defineWithRuntime({
    params,
    variadic: 'any',
    call: (runtime, ...args: Value[]) => {
      const text = call(...args)
      runtime.grow(text.length)
      return text
    },
  })
}

function callValue(runtime: Runtime, callee: Value, args: readonly Value[]): Value {
  if (callee === null || callee === undefined) throw new FunctionError('call of nil')
  if (!(callee instanceof GoFunction)) throw new FunctionError(`non-function of type ${typeName(callee)}`)
  const paramCount = callee.params.length
  if (callee.variadic !== null ? args.length < paramCount : args.length !== paramCount) {
    const atLeast = callee.variadic === null ? '' : 'at least '
    throw new FunctionError(`wrong number of args: got ${args.length} want ${atLeast}${paramCount}`)
  }
  const converted = args.map((arg, position) => {
    const result = callArgument(arg, callee.params[position] ?? callee.variadic ?? 'any')
    if (result instanceof Mismatch) throw new FunctionError(`arg ${position}: ${result.reason}`)
    return result
  })
  return callee.wantsRuntime ? callee.call(runtime, ...converted) : callee.call(...converted)
}

function decisive(values: readonly Value[], truth: boolean): Value {
  const position = values.findIndex((value) => isTrue(value) === truth)
  return values.at(position)
}
