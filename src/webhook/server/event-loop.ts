const everyMs = 100
// A probe comes every few seconds; it has to see a block that lies between two of them.
const rememberMs = 5000

/** How late the event loop is: the worst of the last five seconds, in milliseconds. */
export interface EventLoopWatch {
  worstDelay(): number
  close(): void
}

/** Watches how late timers come; how late they come, requests do. */
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
