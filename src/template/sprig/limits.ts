import { FunctionError } from '../functions.ts'

/** The longest list that one call makes (`until`, `untilStep`, `seq`): far beyond any list of a pod, far below what hurts. */
export const maxListLength = 100_000

/** The longest pattern of a regular expression, and the longest text it is tried on, in UTF-16 units. */
export const maxPatternLength = 10_000
export const maxRegexInput = 1_000_000

/** The most random characters or bytes one call makes. */
export const maxRandomLength = 100_000

/** Fails when a count that a template asks for is beyond what is allowed. */
export function checkLimit(what: string, count: number, limit: number): void {
  if (count > limit) throw new FunctionError(`${what} of ${count} is beyond the limit of ${limit}`)
}
