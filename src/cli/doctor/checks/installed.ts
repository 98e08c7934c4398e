import { isDeactivated, revisionOf, tagOf, type WebhookConfiguration } from '../../../istio/revisions/configuration.ts'
import { deactivatedLabel } from '../../../istio/revisions/names.ts'
import { knownNames } from '../../../lang/text/nearest.ts'
import type { CheckResult, DoctorCheck } from '../check.ts'
import type { DoctorContext } from '../context.ts'
import { aboutOf, activeConfigurations, type Installation, placeTitle } from '../installations.ts'

export const installedCheck: DoctorCheck = {
  id: 'installed',
  title: 'Is an injector installed',
  how: 'Reads the MutatingWebhookConfigurations whose webhooks inject sidecars: those of revisions and of their tags.',
  meaning: {
    ok: 'There are active webhooks.',
    warn: 'All webhooks of a revision are deactivated, and no tag replaces them.',
    fail: 'The revision or tag has no webhook, or there are none at all: no pod is injected.',
  },
  fix: 'install Outrigger with its chart, or pass an installed tag or revision with --tag or --revision',
  run: async ({ installations, ...context }) => {
    if (installations.length === 0) return [notInstalled(context)]
    return installations.map(describe)
  },
}

function notInstalled({ wanted, configurations }: Omit<DoctorContext, 'installations'>): CheckResult {
  const { revision, tag: wantedTag, namespace } = wanted
  const where = namespace === undefined ? '' : ` by a Service in the namespace ${namespace}`
  if (revision === undefined && wantedTag === undefined) {
    return { status: 'fail', about: '', message: `no MutatingWebhookConfiguration injects sidecars${where}` }
  }
  if (wantedTag !== undefined) {
    const hint = knownNames(wantedTag, [...new Set(configurations.flatMap((one) => tagOf(one) ?? []))])
    const message = `no MutatingWebhookConfiguration of this tag injects sidecars${where}: ${hint}`
    return { status: 'fail', about: `tag ${wantedTag}`, message }
  }
  const tag = configurations.find((one) => tagOf(one) === revision)
  const known = [...new Set(configurations.flatMap((one) => revisionOf(one) ?? []))]
  const hint =
    tag === undefined ? knownNames(revision ?? '', known) : `it is a tag of revision ${revisionOf(tag)}: use --tag`
  const message = `no MutatingWebhookConfiguration injects sidecars of this revision${where}: ${hint}`
  return { status: 'fail', about: `revision ${revision}`, message }
}

function describe(installation: Installation): CheckResult {
  const about = aboutOf(installation)
  const active = activeConfigurations(installation)
  const names = installation.configurations.map(nameAndState)
  if (active.length > 0)
    return { status: 'ok', about, message: `${names.join(', ')}; calls ${placeTitle(installation)}` }
  return {
    status: 'warn',
    about,
    message: `${names.join(', ')}: its webhooks select the label ${deactivatedLabel}, which nothing has`,
    fix: 'point a tag to it (outrigger tag set), or install the revision again',
  }
}

/** `istio-revision-tag-prod (tag prod)`. */
function nameAndState(configuration: WebhookConfiguration): string {
  const tag = tagOf(configuration)
  const isOff = configuration.webhooks.every(isDeactivated)
  const notes = [...(tag === undefined ? [] : [`tag ${tag}`]), ...(isOff ? ['switched off'] : [])]
  return notes.length === 0 ? configuration.name : `${configuration.name} (${notes.join(', ')})`
}
