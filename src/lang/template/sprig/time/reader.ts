/* Reads an input piece by piece, for parse.ts. */

/** The input that is left. `fractionFollows`: the layout's next element is a fraction of a second. */
export interface Input {
  rest: string
  readonly fractionFollows: boolean
}

/** The input doesn't match the element. */
export class NoMatch extends Error {}

/** The input matches the element, but its value is out of range: a 13th month. */
export class OutOfRange extends Error {}

/** Consumes what the pattern, which must begin with ^, matches. */
export function take(input: Input, pattern: RegExp): string {
  const match = pattern.exec(input.rest)
  if (match === null) throw new NoMatch()
  input.rest = input.rest.slice(match[0].length)
  return match[0]
}
