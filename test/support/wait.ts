// Long enough for a busy machine, but shorter than the timeout of a test, so that the error describes what is missing.
const timeoutMs = 45_000
const pollMs = 10

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits until `probe` returns a truthy value, and returns it. */
export async function waitFor<T>(probe: () => T | Promise<T>): Promise<NonNullable<T>> {
  const end = performance.now() + timeoutMs
  for (;;) {
    const value = await probe()
    if (value) return value
    if (performance.now() > end) throw new Error(`not within ${timeoutMs / 1000} s: ${probe}`)
    await pause(pollMs)
  }
}
