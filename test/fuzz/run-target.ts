import fc from 'fast-check'
import { changedPrototypes } from './prototypes.ts'
import type { AnyTarget, Target, Watch } from './target.ts'

/**
 * The most that an input may take, in milliseconds of the processor: the machine may be busy. One that takes longer is tried
 * again, as other threads of the process count, too.
 */
const maxMs = 1_000

/** Runs a target, and checks for every input that it is fast and leaves the language's prototypes alone. */
export function fuzzed<T>({ name, share, input, check }: Target<T>): AnyTarget {
  const checked = async (value: T, watch: Watch) => {
    const once = async () => {
      const start = process.cpuUsage()
      watch.begin(name)
      await check(value)
      watch.end(name)
      const { user, system } = process.cpuUsage(start)
      return (user + system) / 1000
    }
    const first = await once()
    const took = first > maxMs ? Math.min(first, await once()) : first
    if (took > maxMs) throw new Error(`it took ${Math.round(took)} ms of the processor`)
    const changed = changedPrototypes()
    if (changed !== '') throw new Error(`${changed} has been changed`)
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
