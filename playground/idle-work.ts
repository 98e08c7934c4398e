// Somebody who types has the next key in within this.
const rest = 120
// A question that has come gets its turn in between.
const breath = 4

/** Does things one after the other, once. The function that it gives is to be called at each sign of life: work waits a while then. */
export function idleWork(chores: readonly (() => void)[]): () => void {
  const left = [...chores]
  let next: ReturnType<typeof setTimeout> | undefined
  const work = (): void => {
    const chore = left.shift()
    if (chore === undefined) return
    chore()
    next = setTimeout(work, breath)
  }
  return () => {
    clearTimeout(next)
    next = setTimeout(work, rest)
  }
}
