export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Asks until the answer is neither undefined nor false; throws, naming what was waited for, when `ms` have passed. */
export async function waitFor<T>(
  what: string,
  probe: () => T | Promise<T>,
  ms = 60_000,
): Promise<Exclude<T, undefined | false>> {
  const end = Date.now() + ms
  for (;;) {
    const value = await probe()
    if (value !== undefined && value !== false) return value as Exclude<T, undefined | false>
    if (Date.now() > end) throw new Error(`this didn't happen within ${ms / 1000} s: ${what}`)
    await pause(50)
  }
}

/** Work for each of some items, at most so many at once; results in the order of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = []
  const queue = items.entries()
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return results
}
