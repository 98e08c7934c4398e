import type { Output } from '../state.ts'
import type { Value } from '../value.ts'
import { goOn, type Runner } from './runner.ts'

/**
 * Runs what writes the same, and sets the variables in `slots` to the same, as long as the constants of the data are the same
 * (see constancy.ts); from then on it repeats that. What fails is run again each time it is reached, and fails each time.
 */
export function compileRepeated(run: Runner, slots: readonly number[]): Runner {
  const known = new WeakMap<object, { readonly output: Output; readonly values: readonly Value[] }>()
  return (state, dot) => {
    const { constants, vars } = state
    // A template may be called with something else than the data of the render.
    if (constants === undefined || vars[0] !== state.data) return run(state, dot)
    const before = known.get(constants)
    if (before !== undefined) {
      state.repeat(before.output)
      for (let index = 0; index < slots.length; index++) vars[slots[index] ?? 0] = before.values[index]
      return goOn
    }
    const mark = state.mark()
    run(state, dot)
    // Unless one of the variables holds what functions could change.
    if (state.constants === constants)
      known.set(constants, { output: state.since(mark), values: slots.map((slot) => vars[slot]) })
    return goOn
  }
}
