import { mapTable } from '../../lang/json.ts'
import { bytesText } from '../../lang/text/bytes.ts'
import { reviewFaults } from '../admission/faults.ts'
import type { Limits } from './limits.ts'

/** An error response, before or instead of the response to a review. */
export interface HttpError {
  /** The status of the response; undefined if the client is gone. */
  readonly status: number | undefined
  /** The problem and what to do about it, for the client; may contain the limits of the server. */
  readonly text: string | ((limits: Limits) => string)
}

const faultsOfReviews = mapTable(reviewFaults, (text): HttpError => ({ status: 400, text }))

/**
 * Every HTTP error of the webhook: the code that logs, metrics and the body of the response share. docs/errors.md is
 * generated from it.
 */
export const httpErrors = {
  'empty-body': { status: 400, text: 'the request has no body: send an AdmissionReview as JSON' },
  'not-json': { status: 400, text: 'the body is not JSON: send an AdmissionReview as JSON' },
  ...faultsOfReviews,
  'bad-path': { status: 400, text: 'the path contains an invalid percent encoding' },
  'bad-http': { status: 400, text: 'the request is not valid HTTP/1.1 (RFC 9112)' },
  'client-name-refused': {
    status: 403,
    text: 'the client certificate has none of the names that --client-names allows',
  },
  'not-found': { status: 404, text: 'not found: the webhook is served at /inject and below' },
  'method-not-allowed': { status: 405, text: 'only POST is allowed, with an AdmissionReview as JSON' },
  'too-slow': { status: 408, text: 'the request took too long to arrive' },
  'body-too-large': {
    status: 413,
    text: ({ bodyBytes }) => `the body is larger than ${bytesText(bodyBytes)}, the limit bodyBytes`,
  },
  'wrong-content-type': {
    status: 415,
    text: 'the Content-Type must be application/json, and the body must not be compressed',
  },
  'headers-too-large': { status: 431, text: 'the headers of the request are too large' },
  'injector-fault': {
    status: 500,
    text: 'internal error of the injector: its log has the details, with the uid of this review',
  },
  'deadline-passed': {
    status: 503,
    text: 'the timeout of the request (?timeout=) expired before the review was processed',
  },
  overloaded: {
    status: 503,
    text: 'too many large requests at the same time: retry later',
  },
  'client-gone': { status: undefined, text: 'the client closed the connection before the request was complete' },
} as const satisfies Record<string, HttpError>

export type HttpErrorCode = keyof typeof httpErrors

/** The message of an error, for a server with these limits. */
export function errorSentence(code: HttpErrorCode, limits: Limits): string {
  const { text } = httpErrors[code]
  return typeof text === 'string' ? text : text(limits)
}

/** The body of an error response: one line of plain text, which API servers include in their own message. */
export function errorText(code: HttpErrorCode, limits: Limits): string {
  return `${code}: ${errorSentence(code, limits)}\n`
}
