import fc from 'fast-check'
import { changedPrototypes } from './prototypes.ts'
import type { AnyTarget, Target, Watch } from './target.ts'

/** No input may take longer than this, in milliseconds; one that does, by chance of the machine, is tried again. */
const longest = 1_000

/** What runs a target's inputs, and for each also holds that it is quick and leaves the language's prototypes alone. */
export function fuzzed<T>({ name, share, input, check }: Target<T>): AnyTarget {
  const checked = async (value: T, watch: Watch) => {
    const once = async () => {
      const start = performance.now()
      watch.begin(name)
      await check(value)
      watch.end(name)
      return performance.now() - start
    }
    const first = await once()
    const took = first > longest ? Math.min(first, await once()) : first
    if (took > longest) throw new Error(`it takes ${Math.round(took)} ms`)
    const changed = changedPrototypes()
    if (changed !== '') throw new Error(`${changed} is not what it was`)
  }
  return {
    name,
    share,
    run: ({ seed, runs, path, watch }) =>
      fc.check(
        fc.asyncProperty(input, (value) => checked(value, watch)),
        { seed, numRuns: runs, ...(path === undefined ? {} : { path }), endOnFailure: path !== undefined },
      ) as Promise<fc.RunDetails<[unknown]>>,
  }
}
