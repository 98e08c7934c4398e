import { isMap, isTrue, type Value } from '../value.ts'
import { type Causes, causedBy, type DataPath, prefer, under, unite } from './causes.ts'

/** An argument of a call that was traced. */
export interface TracedArgument {
  readonly value: Value
  readonly causes: Causes
  /** Where the value stands in the data, if it is a map, list or struct of it. */
  readonly path: DataPath | undefined
}

/** What the result of a function is due to. Arguments that were not evaluated are not there. */
export type CallTrace = (args: readonly TracedArgument[], result: Value) => Causes

/** Functions whose result is due to less than all of their arguments, by name. */
export type CallTraces = Readonly<Record<string, CallTrace>>

/** All that a function is given counts, unless more is known of it. */
export const ofAll: CallTrace = (args) => unite(args.map(({ causes }) => causes))

/** The first argument, in the order given, that is the result wins; the others lost to it. */
function chosen(args: readonly TracedArgument[], result: Value): Causes {
  const winner = args.find(({ value }) => Object.is(value ?? null, result ?? null))
  if (winner === undefined) return unite(args.map(({ causes }) => causes))
  return prefer(
    winner.causes,
    args.filter((arg) => arg !== winner).map(({ causes }) => causes),
  )
}

/** The value below a map (or list) at the keys that follow it. */
const lookedUp: CallTrace = (args) => {
  const [map, ...keys] = args
  const path = map?.path
  if (map === undefined || path === undefined) return ofAll(args, undefined)
  return unite([causedBy([...path, ...keys.map(({ value }) => keyText(value))]), ...keys.map(({ causes }) => causes)])
}

function keyText(key: Value): string {
  if (typeof key === 'object' && key !== null && 'value' in key && !isMap(key)) return String(key.value)
  return String(key)
}

/** What the language's own functions and sprig's make of their arguments, where that is not simply all of them. */
export const callTraces: CallTraces = {
  index: lookedUp,
  get: lookedUp,
  hasKey: lookedUp,
  // Where none of them holds, all of them are why.
  or: (args, result) => (isTrue(result) ? chosen(args, result) : ofAll(args, result)),
  coalesce: chosen,
  default: ([fallback, ...given], result) => chosen(fallback === undefined ? given : [...given, fallback], result),
  ternary: ([yes, no, test], _result) => {
    if (yes === undefined || no === undefined || test === undefined) return unite([])
    const [winner, loser] = isTrue(test.value) ? [yes, no] : [no, yes]
    return under(prefer(winner.causes, [loser.causes]), [test.causes])
  },
}
