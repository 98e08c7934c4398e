import { FunctionError } from '../errors.ts'

/** The longest list that one call makes (`until`, `untilStep`, `seq`): far beyond any list of a pod, far below what hurts. */
export const maxListLength = 100_000

/** The longest pattern of a regular expression, in UTF-16 units. */
export const maxPatternLength = 2_000

/** What a pattern may come to when its repetitions are written out (`a{1000}` has 1002). */
export const maxPatternInstructions = 20_000

/**
 * The most steps that one match may take: characters of the text times instructions of the pattern (30 or so for most), about half a
 * second.
 */
export const maxRegexSteps = 20_000_000

/** How long finding all matches in a text may take. */
export const maxRegexMilliseconds = 500

/** The longest layout of a date, in UTF-16 units. */
export const maxLayoutLength = 10_000

/** The longest text that is hashed, in bytes: SHA-512 takes the better part of a second for it. */
export const maxHashInput = 1_048_576

/** The most random characters or bytes one call makes. */
export const maxRandomLength = 100_000

/** Fails when a count that a template asks for is beyond what is allowed. `what` says what is counted. */
export function checkLimit(what: string, count: number, limit: number): void {
  if (count > limit) throw new FunctionError(`${what}: ${count} is beyond the limit of ${limit}`)
}
