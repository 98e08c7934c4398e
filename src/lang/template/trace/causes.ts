/**
 * The path of a value in the data of a render. The template engine doesn't know more about it; the caller knows what
 * the data at a path is.
 */
export type DataPath = readonly string[]

/** The causes of a value or of a piece of output. */
export interface Causes {
  /** The data it was made of. */
  readonly from: readonly DataPath[]
  /** Data that was read too, but overridden by that in `from`: a default, an option that wasn't chosen. */
  readonly lost: readonly DataPath[]
  /** Data that decided whether it exists, or which one of several it is: the conditions and loops around it. */
  readonly when: readonly DataPath[]
}

export const noCauses: Causes = { from: [], lost: [], when: [] }

/** The causes of a value at a path. */
export function causedBy(path: DataPath): Causes {
  return path.length === 0 ? noCauses : { from: [path], lost: [], when: [] }
}

/** All causes of several values, without duplicates. */
export function unite(all: readonly Causes[]): Causes {
  const [first, ...others] = all.filter((causes) => causes !== noCauses)
  if (first === undefined) return noCauses
  if (others.length === 0) return first
  const from = distinct(all.flatMap((causes) => causes.from))
  return {
    from,
    lost: without(distinct(all.flatMap((causes) => causes.lost)), from),
    when: distinct(all.flatMap((causes) => causes.when)),
  }
}

/** The causes of a value that was preferred to others, which it overrode. */
export function prefer(winner: Causes, losers: readonly Causes[]): Causes {
  const all = [winner, ...losers]
  const lost = [...winner.lost, ...losers.flatMap((causes) => [...causes.from, ...causes.lost])]
  return {
    from: winner.from,
    lost: without(distinct(lost), winner.from),
    when: distinct(all.flatMap((causes) => causes.when)),
  }
}

/** Adds conditions to the causes of something that depends on them. */
export function under(causes: Causes, conditions: readonly Causes[]): Causes {
  const when = distinct([
    ...causes.when,
    ...conditions.flatMap((condition) => [...condition.from, ...condition.lost, ...condition.when]),
  ])
  return when.length === 0 ? causes : { ...causes, when }
}

export function samePath(left: DataPath, right: DataPath): boolean {
  return left.length === right.length && left.every((name, index) => name === right[index])
}

function distinct(paths: readonly DataPath[]): readonly DataPath[] {
  return paths.length < 2 ? paths : [...new Map(paths.map((path) => [pathName(path), path])).values()]
}

function without(paths: readonly DataPath[], others: readonly DataPath[]): readonly DataPath[] {
  if (paths.length === 0 || others.length === 0) return paths
  const names = new Set(others.map(pathName))
  return paths.filter((path) => !names.has(pathName(path)))
}

const names = new WeakMap<DataPath, string>()

/** A path as a string, the same for equal paths; cached, since a string that is built in a loop has more and more causes. */
export function pathName(path: DataPath): string {
  const cached = names.get(path)
  if (cached !== undefined) return cached
  const name = JSON.stringify(path)
  names.set(path, name)
  return name
}
