/**
 * Faults of an AdmissionReview, each with its message for the client. The server responds with HTTP 400; the library and
 * the command line report the message as it is.
 */
export const reviewFaults = {
  'not-a-review': 'the document is not an AdmissionReview: its kind must be AdmissionReview',
  'unknown-version':
    'the AdmissionReview has an unknown version: supported are admission.k8s.io/v1 and admission.k8s.io/v1beta1',
  'no-request': 'the AdmissionReview has no request',
  'no-object': 'the AdmissionReview is for a CREATE, but its request has no object',
} as const satisfies Record<string, string>

export type ReviewFaultCode = keyof typeof reviewFaults

/** A document that is not a valid review. */
export interface ReviewFault {
  readonly fault: ReviewFaultCode
}
