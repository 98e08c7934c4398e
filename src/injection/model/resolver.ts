import { distinctSources, isDefault, type Source, withoutSources } from './source.ts'

/** A value with its source, and the sources that were overridden. */
export interface Resolved<T> {
  readonly value: T
  readonly from: Source
  /** Sources that are set but have no effect: another one takes precedence, or their value is invalid. */
  readonly lost: readonly Source[]
  /** Annotations and labels that would take precedence but that the pod doesn't have. */
  readonly unset: readonly Source[]
}

/** A place where a setting can be made. `In` is what its value depends on, `All` what its sources depend on. */
export interface Candidate<T, In, All extends In = In> {
  /** The value; undefined if unset or invalid. */
  readonly value: (input: In) => T | undefined
  /** The sources that are set there: none, one, or several of which the first has effect. */
  readonly sources: (input: All) => readonly Source[]
  /** The annotation or label by which a pod author sets it. */
  readonly setBy?: Source
}

/** The last candidate, which always has a value. */
export interface Fallback<T, In, All extends In = In> extends Candidate<T, In, All> {
  readonly value: (input: In) => T
}

/** Resolves a setting. The pipeline uses only `value`, which is cheap. */
export interface Resolver<T, In, All extends In = In> {
  readonly candidates: readonly Candidate<T, In, All>[]
  readonly fallback: Fallback<T, In, All>
  readonly value: (input: In) => T
  readonly resolve: (input: All) => Resolved<T>
}

/** A setting that can be made in several places: the first candidate with a value decides. */
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
    const decider = found < 0 ? candidates.length : found
    const all = [...candidates, fallback].map((candidate) => candidate.sources(input))
    const [from, ...overridden] = all[decider] ?? []
    if (from === undefined) throw new Error('a setting has a value without a source')
    const others = [...all.slice(0, decider).flat(), ...overridden, ...all.slice(decider + 1).flat()]
    const unset = candidates
      .slice(0, decider)
      .flatMap(({ setBy }, index) => (setBy === undefined || all[index]?.length !== 0 ? [] : [setBy]))
    return { value: value(input), from, lost: losers(from, others), unset: distinctSources(unset) }
  }
  return { candidates, fallback, value, resolve }
}

/** The overridden sources, each once; defaults aren't listed. */
function losers(from: Source, others: readonly Source[]): readonly Source[] {
  return withoutSources(distinctSources(others), [from]).filter((source) => !isDefault(source))
}
