/** Milliseconds a call, the fastest of some rounds over all inputs: the machine's noise only ever adds. */
export function fastest<T>(rounds: number, inputs: readonly T[], begin: () => (input: T) => unknown): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const call = begin()
    const start = process.hrtime.bigint()
    for (const input of inputs) call(input)
    best = Math.min(best, since(start) / inputs.length)
  }
  return best
}

/** Milliseconds since a reading of `process.hrtime.bigint()`. */
export function since(start: bigint): number {
  return Number(process.hrtime.bigint() - start) / 1e6
}
