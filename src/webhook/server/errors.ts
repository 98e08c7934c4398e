import { mapTable } from '../../lang/json.ts'
import { bytesText } from '../../lang/text/bytes.ts'
import { reviewFaults } from '../admission/faults.ts'
import type { Limits } from './limits.ts'

/** How a request can fail before there is a review to answer, or in place of an answer. */
export interface HttpError {
  /** The status that the caller gets; undefined where nobody is left to get one. */
  readonly status: number | undefined
  /** What is wrong and what to do, for whoever sent the request; where it names a limit, by those of the server. */
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
  'bad-path': { status: 400, text: 'the path has a percent sign that does not begin an encoded UTF-8 character' },
  'bad-http': { status: 400, text: 'the request is not HTTP/1.1 as RFC 9112 has it' },
  'client-name-refused': { status: 403, text: 'the client certificate names none of those that --client-names allows' },
  'not-found': { status: 404, text: 'nothing is served here: pods are injected at /inject and below' },
  'method-not-allowed': { status: 405, text: 'only POST is answered here, with an AdmissionReview as JSON' },
  'too-slow': { status: 408, text: 'the request took too long to arrive' },
  'body-too-large': {
    status: 413,
    text: ({ bodyBytes }) => `the body is larger than ${bytesText(bodyBytes)}, the limit bodyBytes`,
  },
  'wrong-content-type': { status: 415, text: 'the Content-Type must be application/json, and the body not compressed' },
  'headers-too-large': { status: 431, text: 'the headers of the request are too large' },
  'injector-fault': { status: 500, text: 'the injector failed: its log names the cause under the uid of this review' },
  'deadline-passed': {
    status: 503,
    text: 'the time that the caller gives (?timeout=) had passed before the review could be answered',
  },
  overloaded: {
    status: 503,
    text: 'too many large requests arrive at once: send it again a little later',
  },
  'client-gone': { status: undefined, text: 'the client closed the connection before its request was complete' },
} as const satisfies Record<string, HttpError>

export type HttpErrorCode = keyof typeof httpErrors

/** What is wrong, for whoever sent the request to a server with these limits. */
export function errorSentence(code: HttpErrorCode, limits: Limits): string {
  const { text } = httpErrors[code]
  return typeof text === 'string' ? text : text(limits)
}

/** The body of the response for an error, one line of plain text: an API server puts it into its own message. */
export function errorText(code: HttpErrorCode, limits: Limits): string {
  return `${code}: ${errorSentence(code, limits)}\n`
}
