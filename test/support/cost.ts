/**
 * What work costs, for tests of speed. Nothing here reads a clock: CPU time of this process is what counts, so that other
 * processes don't, and always as a ratio to other work of the same moment, so that neither a slow machine nor a shared core does.
 */

export type Work = () => unknown

/** The CPU time that this process takes for some work, on all of its threads, in milliseconds. */
async function cpuOf(work: Work): Promise<number> {
  const began = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1000
}

const maxRounds = 7

/**
 * How many times as much CPU time some work takes as other work. Both are measured in turn and the least of each counts:
 * whatever disturbs a measurement makes it larger. Rounds end once the ratio is below `good`.
 */
export async function costRatio(work: Work, other: Work, good: number): Promise<number> {
  await other()
  let [least, leastOfOther] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let round = 0; round < maxRounds && !(least / leastOfOther < good); round++) {
    leastOfOther = Math.min(leastOfOther, await cpuOf(other), await cpuOf(other))
    least = Math.min(least, await cpuOf(work))
  }
  return least / leastOfOther
}

const sample = Array.from({ length: 400 }, (_, index) => ({
  name: `container-${index}`,
  env: [{ name: `VARIABLE_${index}`, value: `${index * 7919}` }],
  labels: { app: `app-${index % 17}`, version: 'v1' },
}))

/** Work of the kind that an injection is made of, which takes about ten milliseconds on a core of a small machine. */
function tenMilliseconds(): number {
  let size = 0
  for (let time = 0; time < 10; time++) {
    const read: typeof sample = JSON.parse(JSON.stringify(sample))
    const byName = new Map(read.map((one) => [one.name, { ...one, labels: { ...one.labels, time: `${time}` } }]))
    size += [...byName.keys()]
      .sort()
      .join(',')
      .replace(/\d+/g, (digits) => `<${digits}>`).length
  }
  return size
}

/** What some work costs in milliseconds of such a core, measured until it is less than `good`. */
export async function cost(work: Work, good: number): Promise<number> {
  return 10 * (await costRatio(work, tenMilliseconds, good / 10))
}
