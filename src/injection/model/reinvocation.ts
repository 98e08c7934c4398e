import type { Pod } from '../../kubernetes/pod/types.ts'

/** A later pass of this injector over a pod that its first pass gave, and that others may have changed since. */
export interface Reinvocation {
  /** The pod as it came. */
  readonly present: Pod
  /** The application containers that the first pass described to the proxy. */
  readonly known: ReadonlySet<string>
  /** Undefined if nothing is known to have been added since: then nothing that the first pass gave is outdated. */
  readonly outdated: Outdated | undefined
}

/** Where two first passes differ, what the earlier one gave is outdated. */
export interface Outdated {
  /** The pod that the first pass gave: without what was added later. */
  readonly first: Pod
  /** The pod that a first pass gives now. */
  readonly now: Pod
}
