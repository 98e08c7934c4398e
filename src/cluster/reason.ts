import { own } from '../lang/json.ts'

/** Node's messages for a connection that ends within a response, or before it. */
const spoken: Readonly<Record<string, string>> = {
  aborted: 'the connection was closed during the response',
  'socket hang up': 'it closed the connection without a response',
}

/** Why a connection failed, as Node says it. */
export function connectionFailure(error: unknown): string {
  // If several addresses were tried: the error of the first.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  return first instanceof Error ? (own(spoken, first.message) ?? first.message) : String(first)
}
