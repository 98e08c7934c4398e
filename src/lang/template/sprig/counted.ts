import { GoFunction, isList, type Runtime, type Value } from '../value.ts'

/**
 * The same function with what it makes counted against the render's bounds: the characters of a text, the elements of a list. For
 * functions whose result can be larger than their arguments: repeated on their own results they would grow without end.
 */
export function counted(plain: GoFunction): GoFunction {
  const call = (runtime: Runtime, ...args: unknown[]): Value => {
    const result = plain.wantsRuntime ? plain.call(runtime, ...args) : plain.call(...args)
    if (typeof result === 'string') runtime.grow(result.length)
    else if (isList(result)) runtime.iterate(result.length)
    return result
  }
  return new GoFunction(plain.params, plain.variadic, true, call, plain.typeName, plain)
}
