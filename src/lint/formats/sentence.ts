/** Adds a full stop to a message, unless it ends in a question mark. */
export function sentence(message: string): string {
  return /[.?!]$/.test(message) ? message : `${message}.`
}
