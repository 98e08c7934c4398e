import { setTimeout as pause } from 'node:timers/promises'
import type { Io } from '../io.ts'

/** The time from the start of the process until it is serving. */
export interface Startup {
  /** Aborted by a signal. */
  readonly signal: AbortSignal
  /** The name of the signal; undefined if there was none. */
  endedBy(): string | undefined
  /** The remaining time, in milliseconds. */
  remainingMs(): number
  /** The value of a promise, or undefined on timeout. Rejects on a signal. */
  within<T>(promise: Promise<T>): Promise<T | undefined>
  /** Stops listening for signals. */
  done(): void
}

/** As PID 1 of a container, the process isn't stopped by signals that it doesn't handle. */
export function beginStartup(io: Io, timeoutMs: number): Startup {
  const end = performance.now() + timeoutMs
  const abort = new AbortController()
  let endedBy: string | undefined
  const stop = io.onSignal((signal) => {
    endedBy = signal
    abort.abort()
  })
  const remainingMs = () => Math.max(0, end - performance.now())
  return {
    signal: abort.signal,
    endedBy: () => endedBy,
    remainingMs,
    async within(promise) {
      const timer = new AbortController()
      const signal = AbortSignal.any([abort.signal, timer.signal])
      try {
        return await Promise.race([promise, pause(remainingMs(), undefined, { signal })])
      } finally {
        timer.abort()
      }
    },
    done: stop,
  }
}
