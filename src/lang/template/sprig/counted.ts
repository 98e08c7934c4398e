import { GoFunction, isList, type Runtime, type Value } from '../value.ts'

/**
 * Wraps a function so that its result counts against the limits of the render: the characters of a string, the elements
 * of a list. For functions whose results can be larger than their arguments: applied to their own results they would
 * grow without limit.
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
