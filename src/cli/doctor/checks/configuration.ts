import { KubeError } from '../../../cluster/client.ts'
import { revisionValue } from '../../../istio/revisions/names.ts'
import { itemsAt } from '../../../kubernetes/objects.ts'
import { isObject, type JsonObject, lookupString, own } from '../../../lang/json.ts'
import { groupBy } from '../../../lint/group.ts'
import { type CheckResult, type DoctorCheck, needsCluster } from '../check.ts'
import type { ClusterTools, DoctorContext } from '../context.ts'
import { ofEachInstallation } from '../each.ts'
import type { Backend } from '../endpoints.ts'
import { aboutOf, type Installation, serviceTitle } from '../installations.ts'

export const configurationCheck: DoctorCheck = {
  id: 'configuration',
  title: 'Do all replicas serve the same configuration',
  how: "Asks each pod behind the Service for `/debug/config`, through the API server's pod proxy (it takes `get` on `pods/proxy`), and compares the hashes.",
  meaning: {
    ok: 'All replicas that answer serve one configuration, of the right revision.',
    warn: 'Some of the replicas did not answer.',
    fail: 'Replicas serve different configurations, or another revision than the webhooks are labelled with.',
    unknown: 'Nobody answered: the pods are not reachable this way, or not Outrigger.',
  },
  fix: 'see in the log of the replica with the older one why it was not loaded; restart it if it does not say',
  run: (context) => ofEachInstallation(context, examine),
}

const maxReplicas = 32

interface Served {
  readonly pod: string
  readonly hash: string
  readonly revision: string
  readonly loadedAt: string
}

async function examine(installation: Installation, context: DoctorContext): Promise<CheckResult> {
  const about = aboutOf(installation)
  const { service } = installation
  const { tools } = context
  if (tools === undefined) return needsCluster(about)
  const backends = service === undefined ? [] : (await context.backends(service)).slice(0, maxReplicas)
  if (service === undefined || backends.every(({ pod }) => pod === undefined)) {
    const message = `no pods are known to stand behind ${service === undefined ? 'the URL' : serviceTitle(service)}`
    return { status: 'unknown', about, message }
  }
  const answers = await Promise.all(backends.map((backend) => ask(backend, tools, context)))
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
      fix: 'let the Service of the webhooks select the pods of its own revision',
    }
  }
  const all = `${served.length === 1 ? '1 replica serves' : `${served.length} replicas serve`} ${shortHash(first.hash)}`
  if (failures.length === 0) return { status: 'ok', about, message: all }
  return { status: 'warn', about, message: `${all}, ${failures.length} did not answer: ${failures[0]}` }
}

/** What a replica serves, or why that can't be found out. */
async function ask({ pod }: Backend, tools: ClusterTools, context: DoctorContext): Promise<Served | string> {
  if (pod === undefined) return 'an endpoint is no pod'
  try {
    const port = monitoringPort(await context.pod(pod.namespace, pod.name))
    const place = { namespace: pod.namespace, pod: pod.name, port, path: '/debug/config' }
    const page = parsed(await tools.pages.podPage(place, { timeoutMs: context.timeoutMs / 2 }))
    const hash = lookupString(page, 'hash')
    if (hash === '') return `${pod.name} is not Outrigger: it says something else at /debug/config`
    return { pod: pod.name, hash, revision: lookupString(page, 'revision'), loadedAt: lookupString(page, 'loadedAt') }
  } catch (error) {
    if (!(error instanceof KubeError)) throw error
    return error.status === 404 ? `${pod.name} is not Outrigger: it has no /debug/config` : error.message
  }
}

// As `serve` has it unless it is told otherwise.
const usualPort = 15014

function monitoringPort(pod: JsonObject | undefined): number {
  const ports = itemsAt(pod, 'spec', 'containers').flatMap(({ item }) => itemsAt(item, 'ports'))
  const named = ports.find(({ item }) => own(item, 'name') === 'http-monitoring')
  const port = named === undefined ? undefined : own(named.item, 'containerPort')
  return typeof port === 'number' ? port : usualPort
}

function parsed(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

function shortHash(hash: string): string {
  return `configuration ${hash.slice(0, 12)}`
}
