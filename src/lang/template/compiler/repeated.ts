import { restore } from '../outputs.ts'
import { goOn, type Runner } from './runner.ts'

/**
 * Runs what writes the same, and sets the variables in `slots` to the same, as long as the constants of the data are the same
 * (see constancy.ts); from then on it repeats that. What fails is run again each time it is reached, and fails each time.
 */
export function compileRepeated(run: Runner, slots: readonly number[]): Runner {
  return (state, dot) => {
    const { outputs, vars } = state
    // A template may be called with something else than the data of the render.
    if (outputs === undefined || vars[0] !== state.data) return run(state, dot)
    const before = outputs.get(run)
    if (before !== undefined && restore(before, vars, slots)) {
      state.repeat(before)
      return goOn
    }
    const mark = state.mark()
    run(state, dot)
    // Unless one of the variables holds what functions could change.
    if (state.outputs === outputs)
      outputs.set(
        run,
        state.since(mark),
        slots.map((slot) => vars[slot]),
      )
    return goOn
  }
}
