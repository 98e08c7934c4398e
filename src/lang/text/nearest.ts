// Names longer than this are not typos, and comparing them is slow.
const maxLength = 100

/**
 * The known name that `name` most likely stands for: the same except for case, dashes, dots and underscores, or within an
 * edit distance of a third of its length. Undefined if none is close.
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const names = [...known]
  const plain = withoutSeparators(name)
  return names.find((candidate) => withoutSeparators(candidate) === plain) ?? closest(name.slice(0, maxLength), names)
}

/** A hint for an unknown name: the nearest known one, else all known names. */
export function knownNames(name: string, known: readonly string[]): string {
  const near = nearest(name, known)
  if (near !== undefined) return `did you mean ${near}?`
  return known.length === 0 ? 'none are known' : `known are ${known.join(', ')}`
}

/** The same for `nativeSidecars`, `native-sidecars` and `native_sidecars`. */
function withoutSeparators(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]/g, '')
}

function closest(name: string, names: readonly string[]): string | undefined {
  let best: string | undefined
  let bestDistance = Math.floor(name.length / 3) + 1
  for (const candidate of names) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue
    // Of two equally distant names, prefer the one of the same length: letters are swapped more often than left out.
    const candidateDistance = distance(name, candidate) + (candidate.length === name.length ? 0 : 0.5)
    if (candidateDistance < bestDistance) {
      best = candidate
      bestDistance = candidateDistance
    }
  }
  return best
}

/** The edit distance: the number of letters that have to be added, dropped, replaced or swapped with a neighbour. */
function distance(from: string, to: string): number {
  let before: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      )
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      if (swapped) cost = Math.min(cost, (before[column - 2] ?? 0) + 1)
      current.push(cost)
    }
    before = last
    last = current
  }
  return last[to.length] ?? 0
}
