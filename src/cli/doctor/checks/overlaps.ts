import { injectorsOf } from '../../../istio/revisions/configuration.ts'
import { describeOverlap, findOverlaps } from '../../../istio/revisions/overlaps.ts'
import type { CheckResult, DoctorCheck } from '../check.ts'

export const overlapsCheck: DoctorCheck = {
  id: 'overlaps',
  title: 'Is one injector called for a pod, not two',
  how: 'Compares the selectors of all injecting webhooks of different injectors: whether there can be a pod that two of them select.',
  meaning: {
    ok: 'No pod can be selected by two injectors.',
    fail: 'There are labels for which two injectors are called: the second changes what the first has made.',
  },
  fix: 'let the selectors of two injectors exclude each other, or switch one of them off (docs/revisions.md)',
  run: async ({ configurations }) => {
    const about = 'webhooks'
    const overlaps = findOverlaps(configurations)
    if (overlaps.length > 0) {
      return overlaps.map((one): CheckResult => ({ status: 'fail', about, message: describeOverlap(one) }))
    }
    const count = configurations.filter((one) => injectorsOf(one).length > 0).length
    const several = `no pod is taken by two of the ${count} configurations`
    const message = count > 1 ? several : count === 1 ? 'one configuration injects' : 'no configuration injects'
    return [{ status: 'ok', about, message }]
  },
}
