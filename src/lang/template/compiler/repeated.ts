import { restore } from '../outputs.ts'
import { proceed, type Runner } from './runner.ts'

/**
 * Runs statements whose output, and whose variables in `slots`, are the same for the same constants (see constancy.ts),
 * and repeats the cached output afterwards. Errors aren't cached: statements that fail are run again each time.
 */
export function compileRepeated(run: Runner, slots: readonly number[]): Runner {
  return (state, dot) => {
    const { outputs, vars } = state
    // A template may be called with something other than the data of the render.
    if (outputs === undefined || vars[0] !== state.data) return run(state, dot)
    const cached = outputs.get(run)
    if (cached !== undefined && restore(cached, vars, slots)) {
      state.repeat(cached)
      return proceed
    }
    const mark = state.mark()
    run(state, dot)
    // Not if functions could change the value of one of the variables.
    if (state.outputs === outputs)
      outputs.set(
        run,
        state.since(mark),
        slots.map((slot) => vars[slot]),
      )
    return proceed
  }
}
