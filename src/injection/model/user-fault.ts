import { type DenialFault, describeDenial } from './fault.ts'
import type { Reason } from './reasons.ts'

/**
 * Something in the pod that its author has to change: the review is denied, with these faults as its message. Every other
 * error that leaves the pipeline is the injector's own fault and becomes HTTP 500.
 */
export class UserFault extends Error {
  override readonly name = 'UserFault'
  readonly reason: Reason
  readonly faults: readonly DenialFault[]

  constructor(reason: Reason, ...faults: readonly DenialFault[]) {
    super(describeDenial(faults))
    this.reason = reason
    this.faults = faults
  }
}
