import { injectorsOf } from '../../../istio/revisions/configuration.ts'
import { describeOverlap, findOverlaps } from '../../../istio/revisions/overlaps.ts'
import type { CheckResult, DoctorCheck } from '../check.ts'

export const overlapsCheck: DoctorCheck = {
  id: 'overlaps',
  title: 'Is at most one injector called for a pod',
  how: 'Compares the selectors of all injecting webhooks: whether a pod can be selected by two different injectors.',
  meaning: {
    ok: 'No pod can be selected by two injectors.',
    fail: 'Two injectors are called for some labels: the second one changes the result of the first.',
  },
  fix: 'make the selectors of the two injectors exclusive, or deactivate one of them (docs/revisions.md)',
  run: async ({ configurations }) => {
    const about = 'webhooks'
    const overlaps = findOverlaps(configurations)
    if (overlaps.length > 0) {
      return overlaps.map((one): CheckResult => ({ status: 'fail', about, message: describeOverlap(one) }))
    }
    const count = configurations.filter((one) => injectorsOf(one).length > 0).length
    const several = `no pod is selected by two of the ${count} configurations`
    const message = count > 1 ? several : count === 1 ? 'one configuration injects' : 'no configuration injects'
    return [{ status: 'ok', about, message }]
  },
}
