export interface Backoff {
  /** The wait before the next attempt, in milliseconds; each call counts as another failure. */
  next(): number
  reset(): void
}

export interface BackoffOptions {
  readonly firstMs: number
  readonly maxMs: number
  readonly random: () => number
}

/**
 * Exponential backoff with full jitter, so that clients of a recovering server don't all reconnect at once.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoff({ firstMs, maxMs, random }: BackoffOptions): Backoff {
  let failures = 0
  return {
    next: () => {
      const limit = Math.min(maxMs, firstMs * 2 ** Math.min(failures, 30))
      failures++
      // Never zero: a server that fails fast would be called in a tight loop.
      return Math.max(firstMs / 4, random() * limit)
    },
    reset: () => {
      failures = 0
    },
  }
}

/** Waits without keeping the process alive; can be aborted. */
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
