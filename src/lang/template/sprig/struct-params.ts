import { FunctionError } from '../errors.ts'
import { type StructValue, typeName } from '../value.ts'

/** Casts a struct to the only type that a function accepts. Throws a FunctionError in Go's words for other types. */
export function expectStruct<T extends StructValue>(
  value: StructValue,
  type: abstract new (...args: never[]) => T,
  name: string,
): T {
  if (value instanceof type) return value
  throw new FunctionError(`wrong type for value; expected ${name}; got ${typeName(value)}`)
}
