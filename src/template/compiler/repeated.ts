import type { Output } from '../state.ts'
import { goOn, type Runner } from './statements.ts'

/**
 * Runs what writes the same as long as the constant fields of the data are the same (see constancy.ts), and from then on writes
 * that. What fails is run again each time it is reached, and fails each time.
 */
export function compileRepeated(run: Runner): Runner {
  let known: Output | undefined
  let knownFor: object | undefined
  return (state, dot) => {
    const { constants } = state
    // A template may be called with something else than the data of the render.
    if (constants === undefined || state.vars[0] !== state.data) return run(state, dot)
    if (known !== undefined && knownFor === constants) {
      state.repeat(known)
      return goOn
    }
    const before = state.mark()
    run(state, dot)
    known = state.since(before)
    knownFor = constants
    return goOn
  }
}
