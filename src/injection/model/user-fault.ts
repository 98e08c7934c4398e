import type { Reason } from './reasons.ts'

/**
 * Something in the pod that its author has to change: the review is denied with this message. Every other error that
 * leaves the pipeline is the injector's own fault and becomes HTTP 500.
 */
export class UserFault extends Error {
  override readonly name = 'UserFault'
  readonly reason: Reason

  constructor(reason: Reason, message: string) {
    super(message)
    this.reason = reason
  }
}
