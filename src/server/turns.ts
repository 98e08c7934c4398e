/** Does a piece of work in a later turn of the event loop, in which no other piece is done. */
export type Turns = (work: () => void) => void

// Of the time that a piece took, and at most so many milliseconds.
const restPart = 1 / 4
const longestRest = 50

/**
 * Pieces of work that may each take long, and let everything else that has come meanwhile go first. After a long one comes a
 * rest: who opens a connection for a small request needs several turns for that, with answers of the client between them, and
 * would wait for a piece in each.
 */
export function createTurns(): Turns {
  const waiting: (() => void)[] = []
  let isBusy = false
  const begin = () => {
    isBusy = waiting.length > 0
    if (isBusy) setImmediate(next)
  }
  const next = () => {
    const began = performance.now()
    try {
      waiting.shift()?.()
    } finally {
      const rest = Math.min((performance.now() - began) * restPart, longestRest)
      if (rest < 1) begin()
      else setTimeout(begin, rest)
    }
  }
  return (work) => {
    waiting.push(work)
    if (!isBusy) begin()
  }
}
