/** A message with the full stop that it is told without; one that ends in a question has its mark. */
export function sentence(message: string): string {
  return /[.?!]$/.test(message) ? message : `${message}.`
}
