import { revisionValue } from '../../../istio/revisions/names.ts'
import { groupBy } from '../../../lint/group.ts'
import { type CheckResult, type DoctorCheck, needsCluster } from '../check.ts'
import type { DoctorContext } from '../context.ts'
import { ofEachInstallation } from '../each.ts'
import { aboutOf, type Installation, serviceTitle } from '../installations.ts'
import { readServed, type Served } from '../served.ts'

export const configurationCheck: DoctorCheck = {
  id: 'configuration',
  title: 'Do all replicas serve the same configuration',
  how: "Reads `/debug/config` of each pod of the Service through the API server's pod proxy (requires `get` on `pods/proxy`), and compares the hashes.",
  meaning: {
    ok: 'All replicas serve the same configuration, of the right revision.',
    warn: 'Some of the replicas did not respond.',
    fail: 'Replicas serve different configurations, or a revision other than the label of the webhooks.',
    unknown: 'No replica responded: the pods are not reachable this way, or are not Outrigger.',
  },
  fix: 'read in the log of the outdated replica why the configuration was not loaded; restart it if there is no reason',
  run: (context) => ofEachInstallation(context, examine),
}

const maxReplicas = 32

async function examine(installation: Installation, context: DoctorContext): Promise<CheckResult> {
  const about = aboutOf(installation)
  const { service } = installation
  const { tools } = context
  if (tools === undefined) return needsCluster(about)
  const backends = service === undefined ? [] : (await context.backends(service)).slice(0, maxReplicas)
  if (service === undefined || backends.every(({ pod }) => pod === undefined)) {
    const message = `no pods found for ${service === undefined ? 'the URL' : serviceTitle(service)}`
    return { status: 'unknown', about, message }
  }
  const answers = await Promise.all(backends.map((backend) => readServed(backend, tools, context)))
  return compare(answers, installation)
}

function compare(answers: readonly (Served | string)[], installation: Installation): CheckResult {
  const about = aboutOf(installation)
  const served = answers.filter((one) => typeof one !== 'string')
  const failures = answers.filter((one) => typeof one === 'string')
  const [first] = served
  if (first === undefined) return { status: 'unknown', about, message: failures[0] ?? 'nobody answered' }
  const groups = [...groupBy(served, ({ hash }) => hash)]
  if (groups.length > 1) {
    const parts = groups.map(([hash, pods]) => {
      const [one] = pods
      return `${shortHash(hash)} in ${pods.map(({ pod }) => pod).join(', ')} (loaded at ${one?.loadedAt})`
    })
    return { status: 'fail', about, message: `replicas serve ${groups.length} configurations: ${parts.join('; ')}` }
  }
  const other = served.find(({ revision }) => revisionValue(revision) !== installation.revision)
  if (other !== undefined && installation.revision !== '') {
    const message = `the pod ${other.pod} serves revision ${revisionValue(other.revision)}`
    return {
      status: 'fail',
      about,
      message,
      fix: 'change the selector of the Service to the pods of its own revision',
    }
  }
  const all = `${served.length === 1 ? '1 replica serves' : `${served.length} replicas serve`} ${shortHash(first.hash)}`
  if (failures.length === 0) return { status: 'ok', about, message: all }
  return { status: 'warn', about, message: `${all}, ${failures.length} did not respond: ${failures[0]}` }
}

function shortHash(hash: string): string {
  return `configuration ${hash.slice(0, 12)}`
}
