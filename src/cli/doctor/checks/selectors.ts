import {
  injectorOf,
  injectorsOf,
  isDeactivated,
  type Namespace,
  revisionOf,
  tagOf,
  type WebhookConfiguration,
} from '../../../istio/revisions/configuration.ts'
import { defaultRevision, injectionLabel, revisionLabel } from '../../../istio/revisions/names.ts'
import { injectorsFor } from '../../../istio/revisions/tag-list.ts'
import { own } from '../../../lang/json.ts'
import { knownNames } from '../../../lang/text/nearest.ts'
import { groupBy } from '../../../lint/group.ts'
import { someOf } from '../../tag/words.ts'
import type { CheckResult, DoctorCheck } from '../check.ts'

export const selectorsCheck: DoctorCheck = {
  id: 'selectors',
  title: 'Is a webhook called for every labelled namespace',
  how: `Evaluates the selectors of all injecting webhooks for each namespace with \`${injectionLabel}=enabled\` or \`${revisionLabel}\`.`,
  meaning: {
    ok: 'A webhook is called for each of them.',
    warn: 'No namespace has an injection label.',
    fail: 'A namespace is labelled with a revision or tag that has no webhook: its pods start without a sidecar.',
  },
  fix: 'label the namespace with an installed revision or tag, or install this one',
  run: async ({ configurations, namespaces }) => {
    const about = 'namespaces'
    const asking = (await namespaces()).flatMap((one) => {
      const label = labelOf(one)
      return label === undefined ? [] : [{ one, label }]
    })
    if (asking.length === 0) {
      const message = `no namespace has the label ${injectionLabel}=enabled or ${revisionLabel}`
      return [{ status: 'warn', about, message, fix: labelCommand(configurations) }]
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
      const verb = group.length === 1 ? 'has' : 'have'
      return {
        status: 'fail',
        about,
        message: `${whose} ${verb} the label ${label}, which no webhook selects${known}`,
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

/** Labels a namespace for an injector that is there: for an Outrigger by its tag, else by the usual label. */
function labelCommand(configurations: readonly WebhookConfiguration[]): string {
  const active = configurations.filter((one) => injectorOf(one) !== undefined && !injectorsOf(one).every(isDeactivated))
  const names = active.map((one) => tagOf(one) ?? revisionOf(one))
  const name = names.includes(defaultRevision) ? defaultRevision : names[0]
  const labels =
    name === undefined || name === defaultRevision
      ? `${injectionLabel}=enabled`
      : `${revisionLabel}=${name} ${injectionLabel}-`
  return `kubectl label namespace NAME ${labels}`
}

/** The label that requests injection for a namespace: the one that takes precedence. */
function labelOf({ labels }: Namespace): string | undefined {
  const injection = own(labels, injectionLabel)
  if (injection !== undefined) return injection === 'enabled' ? `${injectionLabel}=enabled` : undefined
  const revision = own(labels, revisionLabel)
  return revision === undefined ? undefined : `${revisionLabel}=${revision || defaultRevision}`
}
