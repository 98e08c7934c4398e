/**
 * What a render may ask of the machine it runs on: the time and chance. With the same host, a template gives the same for the same data.
 */
export interface Host {
  /** Milliseconds since 1970, for `now` and what counts from it. */
  wallClock(): number
  /** Milliseconds by a clock that nobody sets, for limits. */
  monotonicClock(): number
  randomBytes(count: number): Uint8Array
}

/** The platform's own clocks and randomness: the only file from the pipeline down that asks for them (biome.json holds that). */
export const platformHost: Host = {
  wallClock: () => Date.now(),
  monotonicClock: () => performance.now(),
  randomBytes(count) {
    const bytes = new Uint8Array(count)
    // The platform gives at most 65536 bytes at once.
    for (let from = 0; from < count; from += 65536) crypto.getRandomValues(bytes.subarray(from, from + 65536))
    return bytes
  },
}
