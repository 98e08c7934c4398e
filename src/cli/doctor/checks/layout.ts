import { kinds } from '../../../cluster/kinds.ts'
import { readControlPlanes } from '../../../istio/revisions/control-planes.ts'
import { type EarlierInstallation, findEarlierInstallations } from '../../../istio/revisions/earlier-layout.ts'
import { commandLine } from '../../../lang/text/shell.ts'
import type { CheckResult, DoctorCheck } from '../check.ts'

export const layoutCheck: DoctorCheck = {
  id: 'layout',
  title: "Is Outrigger a tag of istiod's revision",
  how: 'Looks for webhook configurations of its chart from before it was a tag: a revision of its own, with the webhook names of istiod.',
  meaning: {
    ok: 'All of its webhook configurations are tags.',
    warn: 'An installation has the earlier layout, which is not safe beside an istiod.',
  },
  fix: 'upgrade the release with the values of the present chart (docs/migrating.md)',
  run: async ({ configurations, list }) => {
    const about = 'layout'
    const earlier = findEarlierInstallations(configurations, readControlPlanes(await list(kinds.deployment)))
    if (earlier.length === 0) {
      return [{ status: 'ok', about, message: 'no installation of the earlier layout, with a revision of its own' }]
    }
    return earlier.map(
      (one): CheckResult => ({
        status: 'warn',
        about,
        message: `${one.configurations.join(', ')}: Outrigger in ${one.address} has the earlier layout, a revision of its own with istiod's webhook names`,
        fix: commands(one),
      }),
    )
  },
}

/** The commands that move an installation to the present layout, on one line. */
function commands({ release, values, removed, externalTags }: EarlierInstallation): string {
  const { name, namespace } = release ?? { name: 'RELEASE', namespace: 'NAMESPACE' }
  const set = [
    `revision=${values.revision}`,
    `tags={${values.tags.join(',')}}`,
    ...(externalTags.length > 0 ? [`externalTags={${externalTags.join(',')}}`] : []),
    ...removed.map((key) => `${key}=null`),
  ]
  const flags = ['-n', namespace, '--reset-then-reuse-values', ...set.flatMap((one) => ['--set', one])]
  const upgrade = commandLine(['helm', 'upgrade', name, 'charts/outrigger', ...flags], {})
  const tags = externalTags.map((tag) => commandLine(['outrigger', 'tag', 'set', tag, '--overwrite'], {}))
  return [upgrade, ...tags].join(' && ')
}
