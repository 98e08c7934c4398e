import { isMap, isTrue, type Value } from '../value.ts'
import { type Causes, causedBy, type DataPath, prefer, under, unite } from './causes.ts'

/** An argument of a traced call. */
export interface TracedArgument {
  readonly value: Value
  readonly causes: Causes
  /** The path of the value in the data, if it is a map, list or struct of it. */
  readonly path: DataPath | undefined
}

/** The causes of a function's result. `args` only has the arguments that were evaluated. */
export type CallTrace = (args: readonly TracedArgument[], result: Value) => Causes

/** Functions whose results don't depend on all of their arguments, by name. */
export type CallTraces = Readonly<Record<string, CallTrace>>

/** The default: a result depends on all arguments. */
export const allCauses: CallTrace = (args) => unite(args.map(({ causes }) => causes))

/** The causes of the first argument that equals the result; the others were overridden. */
function chosen(args: readonly TracedArgument[], result: Value): Causes {
  const winner = args.find(({ value }) => Object.is(value ?? null, result ?? null))
  if (winner === undefined) return unite(args.map(({ causes }) => causes))
  return prefer(
    winner.causes,
    args.filter((arg) => arg !== winner).map(({ causes }) => causes),
  )
}

/** A value of a map (or list), looked up by the keys that follow it. */
const lookup: CallTrace = (args) => {
  const [map, ...keys] = args
  const path = map?.path
  if (map === undefined || path === undefined) return allCauses(args, undefined)
  return unite([causedBy([...path, ...keys.map(({ value }) => keyName(value))]), ...keys.map(({ causes }) => causes)])
}

function keyName(key: Value): string {
  if (typeof key === 'object' && key !== null && 'value' in key && !isMap(key)) return String(key.value)
  return String(key)
}

/** The built-in functions and those of sprig whose results don't depend on all of their arguments. */
export const callTraces: CallTraces = {
  index: lookup,
  get: lookup,
  hasKey: lookup,
  // If none is true, all of them are the causes.
  or: (args, result) => (isTrue(result) ? chosen(args, result) : allCauses(args, result)),
  coalesce: chosen,
  default: ([fallback, ...given], result) => chosen(fallback === undefined ? given : [...given, fallback], result),
  ternary: ([yes, no, test], _result) => {
    if (yes === undefined || no === undefined || test === undefined) return unite([])
    const [winner, loser] = isTrue(test.value) ? [yes, no] : [no, yes]
    return under(prefer(winner.causes, [loser.causes]), [test.causes])
  },
}
