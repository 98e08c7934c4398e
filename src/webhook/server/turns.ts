/** Long pieces of work, each done in a turn of the event loop of its own. */
export interface Turns {
  /** Does a piece of work after all that wait. */
  add(work: () => void): void
  /** Does what follows from the piece that is being done before all that wait. */
  goOn(work: () => void): void
}

// Between two looks at whether someone is still being received.
const lookEvery = 2

/**
 * Pieces of work that may each take long, and let everything else that has come meanwhile go first. Who opens a connection
 * needs several turns for it, with answers of the client between them, and would wait for a piece in each: so after a piece
 * comes a rest while anyone `isOpening` one, but one no longer than the piece was.
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
