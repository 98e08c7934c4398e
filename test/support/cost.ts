/**
 * Measures the cost of work, for performance tests. It is measured in CPU time of this process, so that other processes
 * don't count, and relative to other work at the same time, so that neither a slow machine nor a shared core does.
 */

export type Work = () => unknown

/** The CPU time of this process for the work, on all its threads, in milliseconds. */
async function cpuOf(work: Work): Promise<number> {
  const began = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1000
}

const maxRounds = 7

/**
 * The ratio of the CPU time of `work` to that of `other`. Both are measured alternately, and the least of each counts, as
 * disturbances only make measurements larger. Stops as soon as the ratio is below `limit`.
 */
export async function costRatio(work: Work, other: Work, limit: number): Promise<number> {
  await other()
  let [least, leastOfOther] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let round = 0; round < maxRounds && !(least / leastOfOther < limit); round++) {
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

/** Work similar to an injection, which takes about ten milliseconds on a core of a small machine. */
function tenMilliseconds(): number {
  let size = 0
  for (let time = 0; time < 10; time++) {
    const read: typeof sample = JSON.parse(JSON.stringify(sample))
    const byName = new Map(read.map((item) => [item.name, { ...item, labels: { ...item.labels, time: `${time}` } }]))
    size += [...byName.keys()]
      .sort()
      .join(',')
      .replace(/\d+/g, (digits) => `<${digits}>`).length
  }
  return size
}

/** The cost of the work in milliseconds on such a core. Stops measuring as soon as it is below `limit`. */
export async function cost(work: Work, limit: number): Promise<number> {
  return 10 * (await costRatio(work, tenMilliseconds, limit / 10))
}
