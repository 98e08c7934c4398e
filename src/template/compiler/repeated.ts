import type { Output } from '../state.ts'
import { goOn, type Runner } from './runner.ts'

/**
 * Runs what writes the same as long as the constants of the data are the same (see constancy.ts), and from then on writes that. What fails is run again each time it is reached, and fails each time.
 */
export function compileRepeated(run: Runner): Runner {
  const known = new WeakMap<object, Output>()
  return (state, dot) => {
    const { constants } = state
    // A template may be called with something else than the data of the render.
    if (constants === undefined || state.vars[0] !== state.data) return run(state, dot)
    const before = known.get(constants)
    if (before !== undefined) {
      state.repeat(before)
      return goOn
    }
    const mark = state.mark()
    run(state, dot)
    known.set(constants, state.since(mark))
    return goOn
  }
}
