import { type DenialFault, describeDenial } from './fault.ts'
import type { Reason } from './reasons.ts'

/**
 * Faults that the pod author has to fix: the review is denied with them as its message. Any other error of the pipeline is a
 * failure of the injector and results in HTTP 500.
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
