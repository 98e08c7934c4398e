export interface Backoff {
  /** How long to wait before the next attempt, in milliseconds; each call stands for one more failure. */
  next(): number
  reset(): void
}

export interface BackoffOptions {
  readonly firstMs: number
  readonly maxMs: number
  readonly random: () => number
}

/**
 * Doubling waits with full jitter: many clients of a server that comes back don't all come at once.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoff({ firstMs, maxMs, random }: BackoffOptions): Backoff {
  let failures = 0
  return {
    next: () => {
      const limit = Math.min(maxMs, firstMs * 2 ** Math.min(failures, 30))
      failures++
      // Never at once: a server that refuses quickly would be asked in a loop.
      return Math.max(firstMs / 4, random() * limit)
    },
    reset: () => {
      failures = 0
    },
  }
}

/** Waits, without keeping the process alive; an abort ends it early. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms).unref()
    signal.addEventListener('abort', done)
  })
}
