// No shorter than the busiest machine needs, and less than a test may take: what doesn't come is then said.
const patienceMs = 45_000
const lookEveryMs = 10

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits until `probe` gives something that is true, and gives it. */
export async function waitFor<T>(probe: () => T | Promise<T>): Promise<NonNullable<T>> {
  const end = performance.now() + patienceMs
  for (;;) {
    const value = await probe()
    if (value) return value
    if (performance.now() > end) throw new Error(`not within ${patienceMs / 1000} s: ${probe}`)
    await pause(lookEveryMs)
  }
}
