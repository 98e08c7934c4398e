import { setTimeout as pause } from 'node:timers/promises'
import type { Io } from '../io.ts'

/** The time from the start of the process until it serves. */
export interface Startup {
  /** Aborted when the process is told to end. */
  readonly signal: AbortSignal
  /** The name of the signal that told it; undefined: none came. */
  endedBy(): string | undefined
  /** What is left of it, in milliseconds. */
  remainingMs(): number
  /** What a promise gives, or undefined when it takes too long. Rejects at a signal. */
  within<T>(promise: Promise<T>): Promise<T | undefined>
  /** From now on signals are somebody else's. */
  done(): void
}

/** A process that is alone in its container is not ended by a signal that it doesn't listen for. */
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
