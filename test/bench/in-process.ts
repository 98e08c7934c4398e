/** Milliseconds per call, of the fastest round over all inputs: noise of the machine only ever adds. */
export function fastest<T>(rounds: number, inputs: readonly T[], begin: () => (input: T) => unknown): number {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const call = begin()
    const start = process.hrtime.bigint()
    for (const input of inputs) call(input)
    least = Math.min(least, since(start) / inputs.length)
  }
  return least
}

/** Milliseconds since a reading of `process.hrtime.bigint()`. */
export function since(start: bigint): number {
  return Number(process.hrtime.bigint() - start) / 1e6
}
