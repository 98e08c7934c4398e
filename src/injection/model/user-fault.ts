import { templatesAnnotation } from '../../istio/names.ts'
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

/** The fault of a pod that asks for a template which can't be rendered for it. Of the error, only the first line is shown. */
export function unusableTemplate(template: string, error: string): UserFault {
  const [detail = ''] = error.split('\n', 1)
  return new UserFault('unusable-template', {
    code: 'unusable-template',
    annotation: templatesAnnotation,
    template,
    detail,
  })
}
