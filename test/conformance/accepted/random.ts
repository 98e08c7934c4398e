/** Random choices that a seed determines, so that a failure can be repeated. */
export interface Random {
  /** A number from 0 up to, not including, 1. */
  readonly next: () => number
  readonly chance: (probability: number) => boolean
  readonly pick: <T>(all: readonly T[]) => T
  /** A whole number from 0 up to and including `max`. */
  readonly upTo: (max: number) => number
}

/** The generator mulberry32: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
export function randomOf(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    chance: (probability) => next() < probability,
    pick: (all) => {
      const chosen = all[Math.floor(next() * all.length)]
      if (chosen === undefined) throw new Error('nothing to pick from')
      return chosen
    },
    upTo: (max) => Math.floor(next() * (max + 1)),
  }
}
