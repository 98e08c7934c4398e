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

/**
 * The commands that move an installation to the present layout, on one line: a second release beside the first, whose result it
 * repeats, until the first is gone. Its webhooks may fail until it is ready.
 */
function commands(installation: EarlierInstallation): string {
  const { revision, tags, chartTags, externalTags, removedValues, failurePolicy } = installation
  const { name, namespace } = installation.release ?? { name: 'RELEASE', namespace: 'NAMESPACE' }
  const next = `${name}-tag`
  const line = (...words: readonly string[]) => commandLine(words, {})
  const set = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).flatMap(([key, value]) => ['--set', `${key}=${value}`])
  const values = {
    revision,
    tags: list(tags),
    ...(externalTags.length > 0 && { externalTags: list(externalTags) }),
    ...Object.fromEntries(removedValues.map((key) => [key, 'null'])),
    'webhook.failurePolicy': 'Ignore',
  }
  const at = ['charts/outrigger', '-n', namespace]
  const last = {
    ...(chartTags.length > 0 && { tags: list([...tags, ...chartTags]) }),
    ...(failurePolicy === 'Fail' && { 'webhook.failurePolicy': failurePolicy }),
  }
  const installed = `${line('helm', 'get', 'values', name, '-n', namespace, '-o', 'yaml')} | ${line('helm', 'install', next, ...at, '-f', '-', ...set(values), '--wait')}`
  return [
    installed,
    ...externalTags.map((tag) => line('outrigger', 'tag', 'set', tag, '--to', tags[0], '--overwrite')),
    line('helm', 'uninstall', name, '-n', namespace),
    ...(Object.keys(last).length > 0 ? [line('helm', 'upgrade', next, ...at, '--reuse-values', ...set(last))] : []),
  ].join(' && ')
}

function list(values: readonly string[]): string {
  return `{${values.join(',')}}`
}
