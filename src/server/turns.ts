/** Does a piece of work in a later turn of the event loop, in which no other piece is done. */
export type Turns = (work: () => void) => void

/** Pieces of work that may each take long, and let everything else that has come meanwhile go first. */
export function createTurns(): Turns {
  const waiting: (() => void)[] = []
  const next = () => {
    const work = waiting.shift()
    if (waiting.length > 0) setImmediate(next)
    work?.()
  }
  return (work) => {
    waiting.push(work)
    if (waiting.length === 1) setImmediate(next)
  }
}
