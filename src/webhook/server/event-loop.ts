const everyMs = 100
// Probes come every few seconds and must notice a block in between.
const rememberMs = 5000

/** The maximum delay of the event loop in the last five seconds, in milliseconds. */
export interface EventLoopWatch {
  worstDelay(): number
  close(): void
}

/** Measures how late timers fire: requests are delayed as much. */
export function watchEventLoop(): EventLoopWatch {
  let expected = performance.now() + everyMs
  let worst = { delay: 0, at: 0 }
  const measure = () => {
    const now = performance.now()
    const delay = Math.max(0, now - expected)
    if (delay >= worst.delay || now - worst.at > rememberMs) worst = { delay, at: now }
    expected = now + everyMs
  }
  const timer = setInterval(measure, everyMs).unref()
  return {
    worstDelay() {
      const now = performance.now()
      const remembered = now - worst.at > rememberMs ? 0 : worst.delay
      return Math.max(remembered, now - expected)
    },
    close: () => clearInterval(timer),
  }
}
