import { FunctionError } from '../errors.ts'

/** The max length of a list that one call creates (`until`, `untilStep`, `seq`): far more than any list of a pod needs. */
export const maxListLength = 100_000

/** The max length of a regular expression, in UTF-16 units. */
export const maxPatternLength = 2_000

/** The max instructions of a pattern, with its repetitions expanded (`a{1000}` has 1002). */
export const maxPatternInstructions = 20_000

/**
 * The max steps of one match: characters of the text times instructions of the pattern (about 30 for most). Takes about
 * half a second.
 */
export const maxRegexSteps = 20_000_000

/** The max time for finding all matches in a text. */
export const maxRegexMilliseconds = 500

/** The max length of a date layout, in UTF-16 units. */
export const maxLayoutLength = 10_000

/** The max length of a string to hash, in bytes: SHA-512 takes most of a second for it. */
export const maxHashInput = 1_048_576

/** The max random characters or bytes that one call creates. */
export const maxRandomLength = 100_000

/** Throws a FunctionError if a count exceeds its limit. `what` is the name of the count. */
export function checkLimit(what: string, count: number, limit: number): void {
  if (count > limit) throw new FunctionError(`${what}: ${count} exceeds the limit of ${limit}`)
}
