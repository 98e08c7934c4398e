import type { Bundle } from '../webhook/certificates/bundle.ts'

/** The CAs of the webhooks of one configuration that call this injector. */
export interface ConfigurationCas {
  /** The caBundle of any of them. */
  readonly cas: Bundle
  /** The fingerprints that all of them contain. */
  readonly common: ReadonlySet<string>
}

/** When unwanted CAs were first seen, by fingerprint; in milliseconds of a monotonic clock. */
export type ForeignCas = ReadonlyMap<string, number>

export interface DueBundle {
  /** The caBundle to write; undefined if nothing has to be written. */
  readonly bundle: Bundle | undefined
  /** When the oldest unwanted CA that is kept for now was first seen. */
  readonly oldest: number | undefined
}

// Bounded, so that writers of the configuration can't make it grow forever.
const maxForeign = 8

/** The unwanted CAs of a configuration, with the time they were first seen. */
export function createForeignCache(before: ForeignCas, cas: Bundle, wanted: Bundle, now: number): ForeignCas {
  const foreign = [...cas.keys()].filter((fingerprint) => !wanted.has(fingerprint)).slice(0, maxForeign)
  return new Map(foreign.map((fingerprint) => [fingerprint, before.get(fingerprint) ?? now]))
}

/**
 * What to write into a configuration. Missing CAs are added immediately; unwanted ones are removed only if they were first
 * seen before `cutoff`, because they may belong to a replica with newer state.
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
