import type { Host } from './host.ts'

/** The part of a limit after which work is counted: what ends before costs no question about it. */
const uncounted = 0.1

/**
 * Measures whether work takes longer than a limit of milliseconds. On a busy machine time passes in which nothing is done; that
 * doesn't count.
 */
export class Timer {
  readonly #host: Host
  readonly #limit: number
  readonly #start: number
  #workedBefore: number | undefined

  constructor(host: Host, limit: number) {
    this.#host = host
    this.#limit = limit
    this.#start = host.monotonicClock()
  }

  /** Whether the limit is exceeded. Has to be asked from time to time while the work goes on. */
  isOver(): boolean {
    const passed = this.#host.monotonicClock() - this.#start
    if (passed < this.#limit * uncounted) return false
    this.#workedBefore ??= this.#host.workClock()
    if (passed <= this.#limit) return false
    return this.#host.workClock() - this.#workedBefore > this.#limit * (1 - uncounted)
  }
}
