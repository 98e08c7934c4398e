import { FunctionError } from '../errors.ts'
import { type StructValue, typeName } from '../value.ts'

/** A struct that a function takes only of one type: the error of any other, in Go's words. */
export function expectStruct<T extends StructValue>(
  value: StructValue,
  type: abstract new (...args: never[]) => T,
  name: string,
): T {
  if (value instanceof type) return value
  throw new FunctionError(`wrong type for value; expected ${name}; got ${typeName(value)}`)
}
