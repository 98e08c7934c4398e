import fc from 'fast-check'

/** The seed of all property tests: fixed by default, so that a failure appears with the change that causes it. */
const seed = Number(process.env['FC_SEED'] ?? 1)
const times = Number(process.env['FC_TIMES'] ?? 1)

/** For the title of a test: how to repeat its run. */
export const repeat = `(FC_SEED=${seed})`

/** The number of inputs of a property: `base` times FC_TIMES. */
export function runs(base: number): number {
  return Math.max(1, Math.round(base * times))
}

fc.configureGlobal({ seed, includeErrorInReport: true })
