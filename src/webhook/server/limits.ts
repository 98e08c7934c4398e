import { mapTable } from '../../lang/json.ts'

/** An invalid setting of the server. */
export class OptionError extends Error {
  override readonly name = 'OptionError'
}

const second = 1000
const MiB = 1024 * 1024

/**
 * The limits and timeouts of the server. kube-apiserver keeps idle connections for about 90 s, including those that it
 * opened and never used; a server that closes them first resets requests, so `keepAlive` is longer than that, and `idle`
 * longer still. `head` and `body` limit how slowly a request may arrive.
 */
const limitTable = {
  bodyBytes: { default: 6 * MiB, min: 1, unit: 'bytes', text: 'the maximum size of a request body' },
  connections: { default: 4096, min: 1, unit: '', text: 'open connections; further ones are rejected' },
  handshake: { default: 10 * second, min: 1, unit: 'ms', text: 'for a TLS handshake' },
  head: {
    default: 10 * second,
    min: 1,
    unit: 'ms',
    text: 'from the first byte of a request to the end of its headers',
  },
  body: {
    default: 10 * second,
    min: 1,
    unit: 'ms',
    text: 'from the headers of a request to the end of its body, and to receive the response',
  },
  keepAlive: { default: 110 * second, min: 1, unit: 'ms', text: 'for the next request on a connection' },
  idle: { default: 120 * second, min: 1, unit: 'ms', text: 'for the first request on a connection' },
  finish: { default: 10 * second, min: 0, unit: 'ms', text: 'for requests in flight when the server stops' },
} as const satisfies Record<string, { default: number; min: number; unit: string; text: string }>

export type Limits = { readonly [Name in keyof typeof limitTable]: number }

/** Validates limits and returns them frozen. Throws an OptionError. */
export function resolveLimits(given: Partial<Limits> = {}): Limits {
  const limits = mapTable(limitTable, ({ default: usual, min, unit, text }, name): number => {
    const value = given[name] ?? usual
    if (!Number.isSafeInteger(value) || value < min) {
      throw new OptionError(
        `the limit ${name} (${text}) must be a whole number of at least ${min} ${unit}, not ${value}`,
      )
    }
    return value
  })
  return Object.freeze(limits)
}
