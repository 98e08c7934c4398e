/**
 * Where something comes from in the data of a render: the names that lead to a value, from the data itself. The template
 * engine knows no more of it than that; whoever made the data knows what stands there.
 */
export type DataPath = readonly string[]

/** What a value, or a piece of output, is due to. */
export interface Causes {
  /** What it was made of. */
  readonly from: readonly DataPath[]
  /** What was looked at as well, and gave way to what is in `from`: a default, an option that wasn't taken. */
  readonly lost: readonly DataPath[]
  /** What decided that it is there, or which of several it is: the conditions and loops around it. */
  readonly when: readonly DataPath[]
}

export const noCauses: Causes = { from: [], lost: [], when: [] }

/** A value that stands at a path, and is due to nothing else. */
export function causedBy(path: DataPath): Causes {
  return path.length === 0 ? noCauses : { from: [path], lost: [], when: [] }
}

/** All causes of several values, each once. */
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

/** The causes of a value that was preferred to others: theirs lost. */
export function prefer(winner: Causes, losers: readonly Causes[]): Causes {
  const all = [winner, ...losers]
  const lost = [...winner.lost, ...losers.flatMap((causes) => [...causes.from, ...causes.lost])]
  return {
    from: winner.from,
    lost: without(distinct(lost), winner.from),
    when: distinct(all.flatMap((causes) => causes.when)),
  }
}

/** The causes of something that is only there (or is as it is) because of a condition with these causes. */
export function under(causes: Causes, conditions: readonly Causes[]): Causes {
  const when = distinct([...causes.when, ...conditions.flatMap((one) => [...one.from, ...one.lost, ...one.when])])
  return when.length === 0 ? causes : { ...causes, when }
}

export function samePath(left: DataPath, right: DataPath): boolean {
  return left.length === right.length && left.every((name, index) => name === right[index])
}

function distinct(paths: readonly DataPath[]): readonly DataPath[] {
  return paths.length < 2 ? paths : [...new Map(paths.map((path) => [nameOf(path), path])).values()]
}

function without(paths: readonly DataPath[], others: readonly DataPath[]): readonly DataPath[] {
  if (paths.length === 0 || others.length === 0) return paths
  const names = new Set(others.map(nameOf))
  return paths.filter((path) => !names.has(nameOf(path)))
}

const names = new WeakMap<DataPath, string>()

/** A path as one text, made once: a text that grows in a loop is due to more and more of them. */
function nameOf(path: DataPath): string {
  const known = names.get(path)
  if (known !== undefined) return known
  const name = JSON.stringify(path)
  names.set(path, name)
  return name
}
