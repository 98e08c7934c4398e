import { distinctSources, type Source, withoutSources } from './source.ts'

/** A value with all that had a say in it. */
export interface Resolved<T> {
  readonly value: T
  readonly from: Source
  /** What is set as well and doesn't count: something above it does, or what it says is invalid. */
  readonly lost: readonly Source[]
  /** Annotations and labels that the pod doesn't have and that would win. */
  readonly unset: readonly Source[]
}

/** A place where a setting can be made. `In` is what its value depends on, `All` what naming it needs besides. */
export interface Candidate<T, In, All extends In = In> {
  /** The value that it gives; undefined where it gives none, or none that is valid. */
  readonly value: (input: In) => T | undefined
  /** What is set there: nothing, one source, or several of which the first counts. */
  readonly sources: (input: All) => readonly Source[]
  /** The annotation or label by which the author of a pod sets it. */
  readonly setBy?: Source
}

/** The last candidate: it always gives a value. */
export interface Fallback<T, In, All extends In = In> extends Candidate<T, In, All> {
  readonly value: (input: In) => T
}

/** Decides a setting. The pipeline asks for the value alone, which costs next to nothing. */
export interface Resolver<T, In, All extends In = In> {
  readonly candidates: readonly Candidate<T, In, All>[]
  readonly fallback: Fallback<T, In, All>
  readonly value: (input: In) => T
  readonly resolve: (input: All) => Resolved<T>
}

/** A setting that can be made in several places: the first candidate that gives a value decides. */
export function resolver<T, In, All extends In = In>(
  candidates: readonly Candidate<T, In, All>[],
  fallback: Fallback<T, In, All>,
): Resolver<T, In, All> {
  const value = (input: In): T => {
    for (const candidate of candidates) {
      const given = candidate.value(input)
      if (given !== undefined) return given
    }
    return fallback.value(input)
  }
  const resolve = (input: All): Resolved<T> => {
    const found = candidates.findIndex((candidate) => candidate.value(input) !== undefined)
    const winner = found < 0 ? candidates.length : found
    const all = [...candidates, fallback].map((candidate) => candidate.sources(input))
    const [from, ...beaten] = all[winner] ?? []
    if (from === undefined) throw new Error('a setting has a value that nobody gave')
    const others = [...all.slice(0, winner).flat(), ...beaten, ...all.slice(winner + 1).flat()]
    const unset = candidates
      .slice(0, winner)
      .flatMap(({ setBy }, index) => (setBy === undefined || all[index]?.length !== 0 ? [] : [setBy]))
    return { value: value(input), from, lost: losers(from, others), unset: distinctSources(unset) }
  }
  return { candidates, fallback, value, resolve }
}

/** Each once, without the winner; what holds by default doesn't lose. */
function losers(from: Source, others: readonly Source[]): readonly Source[] {
  return withoutSources(distinctSources(others), [from]).filter(({ kind }) => kind !== 'default')
}
