/**
 * What a render uses of its platform: clocks and random numbers. With the same host and data, the output of a template
 * is the same.
 */
export interface Host {
  /** Milliseconds since 1970, for `now` and functions relative to it. */
  wallClock(): number
  /** Milliseconds of a clock that is never set, for limits. */
  monotonicClock(): number
  /** Milliseconds that the process has worked, for limits: they don't pass while it waits on a busy machine. Slower to ask. */
  workClock(): number
  randomBytes(count: number): Uint8Array
}

/** The platform's clocks and random numbers; a browser has no clock of work, so there it is that of the wall. From the pipeline down, only this file uses them (biome.json enforces that). */
export const platformHost: Host = {
  wallClock: () => Date.now(),
  monotonicClock: () => performance.now(),
  workClock() {
    const used = globalThis.process?.cpuUsage?.()
    return used === undefined ? performance.now() : (used.user + used.system) / 1000
  },
  randomBytes(count) {
    const bytes = new Uint8Array(count)
    // getRandomValues fills at most 65536 bytes at once.
    for (let from = 0; from < count; from += 65536) crypto.getRandomValues(bytes.subarray(from, from + 65536))
    return bytes
  },
}
