import fc from 'fast-check'

/** Which inputs the properties get: always the same unless told otherwise, so that what one change breaks isn't found with another. */
const seed = Number(process.env['FC_SEED'] ?? 1)
const times = Number(process.env['FC_TIMES'] ?? 1)

/** For the name of a test: what repeats its run. */
export const repeat = `(FC_SEED=${seed})`

/** How many inputs a property gets: as many as usual, or FC_TIMES as many. */
export function runs(usual: number): number {
  return Math.max(1, Math.round(usual * times))
}

fc.configureGlobal({ seed, includeErrorInReport: true })
