import { injectorsOf, type Namespace, revisionOf, tagOf } from '../../../istio/revisions/configuration.ts'
import { defaultRevision, injectionLabel, revisionLabel } from '../../../istio/revisions/names.ts'
import { injectorsFor } from '../../../istio/revisions/tag-list.ts'
import { own } from '../../../lang/json.ts'
import { knownNames } from '../../../lang/text/nearest.ts'
import { groupBy } from '../../../lint/group.ts'
import { someOf } from '../../tag/words.ts'
import type { CheckResult, DoctorCheck } from '../check.ts'

export const selectorsCheck: DoctorCheck = {
  id: 'selectors',
  title: 'Is a webhook called for every namespace that asks for one',
  how: `Evaluates the selectors of all injecting webhooks for each namespace with \`${injectionLabel}=enabled\` or \`${revisionLabel}\`.`,
  meaning: {
    ok: 'For each of them a webhook is called.',
    warn: 'No namespace asks for injection.',
    fail: 'A namespace asks for a revision or tag that no webhook answers for: its pods start without a sidecar.',
  },
  fix: 'label the namespace with a revision or tag that is installed, or install that one',
  run: async ({ configurations, namespaces }) => {
    const about = 'namespaces'
    const asking = (await namespaces()).flatMap((one) => {
      const label = labelOf(one)
      return label === undefined ? [] : [{ one, label }]
    })
    if (asking.length === 0) {
      const message = `no namespace has the label ${injectionLabel}=enabled or ${revisionLabel}`
      return [{ status: 'warn', about, message, fix: `kubectl label namespace NAME ${injectionLabel}=enabled` }]
    }
    const lost = asking.filter(({ one }) => injectorsFor(configurations, one).length === 0)
    const injecting = configurations.filter((one) => injectorsOf(one).length > 0)
    const names = [
      ...new Set(injecting.flatMap((one) => [tagOf(one), revisionOf(one)].filter((name) => name !== undefined))),
    ]
    const failures = [...groupBy(lost, ({ label }) => label)].map(([label, group]): CheckResult => {
      const known =
        label === `${injectionLabel}=enabled` ? '' : `: ${knownNames(label.slice(revisionLabel.length + 1), names)}`
      const whose = `${group.length === 1 ? 'namespace' : 'namespaces'} ${someOf(group.map(({ one }) => one.name))}`
      const verb = group.length === 1 ? 'asks' : 'ask'
      return {
        status: 'fail',
        about,
        message: `${whose} ${verb} for ${label}, and no webhook answers for that${known}`,
      }
    })
    if (failures.length > 0) return failures
    return [
      {
        status: 'ok',
        about,
        message: `a webhook is called for ${asking.length === 1 ? 'the one' : `all ${asking.length}`} with a label`,
      },
    ]
  },
}

/** The label by which a namespace asks for injection: the stronger of the two. */
function labelOf({ labels }: Namespace): string | undefined {
  const injection = own(labels, injectionLabel)
  if (injection !== undefined) return injection === 'enabled' ? `${injectionLabel}=enabled` : undefined
  const revision = own(labels, revisionLabel)
  return revision === undefined ? undefined : `${revisionLabel}=${revision || defaultRevision}`
}
