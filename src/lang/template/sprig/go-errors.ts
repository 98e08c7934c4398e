/* Errors of Go's runtime where sprig doesn't check its arguments, in the words that users of Helm and Istio know. */
import { FunctionError } from '../errors.ts'

export function nilPointerError(): FunctionError {
  return new FunctionError('runtime error: invalid memory address or nil pointer dereference')
}

/** `s[low:high]` out of the bounds of `length`. */
export function sliceBoundsError(low: number, high: number, length: number): FunctionError {
  const bounds = high < 0 || high > length ? `[:${high}] with length ${length}` : `[${low}:${high}]`
  return new FunctionError(`runtime error: slice bounds out of range ${bounds}`)
}

export function divideByZeroError(): FunctionError {
  return new FunctionError('runtime error: integer divide by zero')
}
