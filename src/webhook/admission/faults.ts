/**
 * What can be wrong with a document that should be an AdmissionReview, each with the sentence for whoever sent it. The
 * server answers them with HTTP 400, the library and the command line say them as they are.
 */
export const reviewFaults = {
  'not-a-review': 'the document is not an AdmissionReview: its kind must be AdmissionReview',
  'unknown-version':
    'the AdmissionReview is of an unknown version: admission.k8s.io/v1 and admission.k8s.io/v1beta1 are known',
  'no-request': 'the AdmissionReview has no request',
  'no-object': 'the AdmissionReview asks about a CREATE, but its request has no object',
} as const satisfies Record<string, string>

export type ReviewFaultCode = keyof typeof reviewFaults

/** A document that cannot be answered, because it isn't a review. */
export interface ReviewFault {
  readonly fault: ReviewFaultCode
}
