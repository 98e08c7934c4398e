import fc from 'fast-check'

/**
 * FC_RUNS is how many pods each property gets, FC_SEED which ones: always the same unless told otherwise, so that what
 * one change breaks isn't found with another. A failure prints the seed.
 */
const seed = Number(process.env['FC_SEED'] ?? 1)
const runs = Number(process.env['FC_RUNS'] ?? 60)

/** For the name of a test: what repeats its run. */
export const repeat = `(FC_SEED=${seed})`

/** Holds a property for as many values as are asked for; `share` of them where each takes long. */
export function holds<T extends [unknown, ...unknown[]]>(
  property: fc.IRawProperty<T>,
  share = 1,
): void | Promise<void> {
  const numRuns = Math.max(1, Math.round(runs * share))
  return fc.assert(property, { numRuns, seed, includeErrorInReport: true })
}
