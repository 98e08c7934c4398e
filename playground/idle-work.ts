// The maximum delay between keys while someone types.
const rest = 120
// Pending messages are handled in between.
const breath = 4

/** Runs tasks one after the other, once. Call the returned function on each activity: it postpones the work. */
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
