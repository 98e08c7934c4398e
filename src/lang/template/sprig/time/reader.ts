/* Reading a text piece by piece, for time-parse.ts. */

/** The text that is left to read. `fractionFollows` says that the layout's next element is a fraction of a second. */
export interface Input {
  rest: string
  readonly fractionFollows: boolean
}

/** The text doesn't have the element. */
export class NoMatch extends Error {}

/** The element is there, but its value isn't one: a 13th month. */
export class OutOfRange extends Error {}

/** Takes what the pattern, which begins with ^, matches off the text. */
export function take(input: Input, pattern: RegExp): string {
  const match = pattern.exec(input.rest)
  if (match === null) throw new NoMatch()
  input.rest = input.rest.slice(match[0].length)
  return match[0]
}
