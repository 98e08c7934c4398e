/** A queue of long tasks, each run in its own turn of the event loop. */
export interface Turns {
  /** Runs a task after all waiting ones. */
  add(work: () => void): void
  /** Runs a continuation of the current task before all waiting ones. */
  goOn(work: () => void): void
}

// Between two checks for pending connections.
const lookEvery = 2

/**
 * Long tasks that let everything that has arrived in the meantime go first. Opening a connection takes several turns, with
 * round trips to the client in between, and would wait for a task in each of them: so there is a pause after each task
 * while any connection `isOpening`, but no longer than the task took.
 */
export function createTurns(isOpening: () => boolean): Turns {
  const waiting: (() => void)[] = []
  let isBusy = false
  const begin = () => {
    if (isBusy) return
    isBusy = true
    setImmediate(next)
  }
  const next = () => {
    const began = performance.now()
    try {
      waiting.shift()?.()
    } finally {
      const now = performance.now()
      setImmediate(rest, now + (now - began))
    }
  }
  const rest = (until: number) => {
    if (waiting.length === 0) isBusy = false
    else if (performance.now() < until && isOpening()) setTimeout(rest, lookEvery, until)
    else setImmediate(next)
  }
  return {
    add(work) {
      waiting.push(work)
      begin()
    },
    goOn(work) {
      waiting.unshift(work)
      begin()
    },
  }
}
