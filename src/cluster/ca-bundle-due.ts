import type { Bundle } from '../webhook/certificates/bundle.ts'

/** The CAs of the webhooks of one configuration that call this injector. */
export interface ConfigurationCas {
  /** Of any of them. */
  readonly cas: Bundle
  /** The fingerprints that each of them holds. */
  readonly common: ReadonlySet<string>
}

/** Since when CAs were there that are not wanted, by fingerprint; in milliseconds of a clock that nobody sets. */
export type ForeignCas = ReadonlyMap<string, number>

export interface DueBundle {
  /** What to write now; undefined: nothing. */
  readonly bundle: Bundle | undefined
  /** Since when the longest known unwanted CA is there, where one is left in for now. */
  readonly oldest: number | undefined
}

// Whoever can write the configuration must not be able to make it grow for ever.
const maxForeign = 8

/** The unwanted CAs of a configuration, each since it was first seen there. */
export function createForeignCache(before: ForeignCas, cas: Bundle, wanted: Bundle, now: number): ForeignCas {
  const foreign = [...cas.keys()].filter((fingerprint) => !wanted.has(fingerprint)).slice(0, maxForeign)
  return new Map(foreign.map((fingerprint) => [fingerprint, before.get(fingerprint) ?? now]))
}

/**
 * What to write into a configuration. What is missing is added at once; what isn't wanted goes only when it has been
 * there since before `cutoff`, because it may be the CA of a replica that knows more.
 */
export function dueBundle(
  { cas, common }: ConfigurationCas,
  wanted: Bundle,
  foreign: ForeignCas,
  cutoff: number,
): DueBundle {
  const unwanted = [...cas].filter(([fingerprint]) => !wanted.has(fingerprint))
  const left = unwanted.filter(([fingerprint]) => (foreign.get(fingerprint) ?? Number.NEGATIVE_INFINITY) > cutoff)
  const since = left.map(([fingerprint]) => foreign.get(fingerprint) ?? 0)
  const oldest = since.length === 0 ? undefined : Math.min(...since)
  const isMissing = [...wanted.keys()].some((fingerprint) => !common.has(fingerprint))
  if (wanted.size === 0 || (!isMissing && left.length === unwanted.length)) return { bundle: undefined, oldest }
  return { bundle: new Map([...wanted, ...left]), oldest }
}
