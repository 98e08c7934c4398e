import { KubeError } from '../../cluster/client.ts'
import { analyze } from '../../lint/analyze.ts'
import { type AnalyzedCluster, readCluster } from '../../lint/cluster.ts'
import { groupBy } from '../../lint/group.ts'
import type { Listener } from '../../lint/listeners.ts'
import { rules } from '../../lint/rules.ts'
import { connectOptionsOf } from '../cluster/connection.ts'
import type { PrecheckFlags } from '../commands/precheck.ts'
import { CliError, type ExitCode } from '../exit.ts'
import type { Io } from '../io.ts'
import { ignoresOf, namespaceOption, reportFindings, ruleSnapshot, say } from '../lint/findings.ts'
import { ruleObjects } from '../lint/objects.ts'
import { startProgress } from '../progress.ts'
import { milliseconds } from '../serve/options.ts'
import { readListeners, type UnreadPod } from './exec-listeners.ts'
import { type GivenListeners, givenListeners } from './listener-files.ts'
import { type PodToRead, podsToRead, podTitle } from './pods.ts'

/** `outrigger precheck`. Exits with 1 for a finding of the severity of `--fail-on`, or a document that can't be read. */
export async function precheck(flags: PrecheckFlags, io: Io): Promise<ExitCode> {
  const ignores = ignoresOf(flags)
  const limits = { concurrency: concurrencyOf(flags), timeoutMs: milliseconds('--timeout', flags.timeout) }
  const given = await givenListeners(flags.listeners ?? [], io)
  const snapshot = await ruleSnapshot(flags, io)
  const { objects, faults, notes, ...places } = await ruleObjects(flags, io)
  for (const note of notes) say(io, `note: ${note}`)
  for (const fault of faults) say(io, `problem: ${fault}`)
  const kubernetesMinor = await kubernetesMinorOf(flags, limits.timeoutMs, io)
  const cluster = readCluster(objects, snapshot, { ...namespaceOption(flags), kubernetesMinor })
  const listeners = await listenersOf(cluster, given, { ...limits, flags }, io)
  const findings = analyze({ ...cluster, listeners }, snapshot, {
    rules: rules.filter((rule) => rule.precheck === true),
    ignores,
    ...places,
  })
  return reportFindings('precheck', findings, faults, flags, io)
}

interface ListenerOptions {
  readonly flags: PrecheckFlags
  readonly concurrency: number
  readonly timeoutMs: number
}

/** The listeners that were passed as files, and those of all other pods. */
async function listenersOf(
  cluster: AnalyzedCluster,
  given: GivenListeners,
  { flags, ...limits }: ListenerOptions,
  io: Io,
): Promise<readonly Listener[]> {
  const running = new Set(cluster.runningPods.map(({ object }) => podTitle(object)))
  const unknown = [...given.pods].filter((pod) => !running.has(pod))
  if (unknown.length > 0) say(io, `note: --listeners: no running pod with this name: ${some(unknown)}`)
  const pods = podsToRead(cluster, { all: flags.all === true }).filter(
    (pod) => !given.pods.has(podTitle(pod)) && isWanted(pod, flags),
  )
  if (pods.length === 0) return given.listeners
  if (flags.filename !== undefined || !flags.exec) {
    say(io, `note: the listeners of ${counted(pods)} are unknown (IST0143): --listeners reads them from files`)
    return given.listeners
  }
  const { connectExec } = await import('../../cluster/exec.ts')
  const exec = connectExec(connectOptionsOf(flags, io))
  const progress = startProgress(io)
  const onRead = (done: number) => progress.update(`Reading listeners: ${done} of ${counted(pods)}`)
  const { listeners, unread } = await readListeners(pods, { exec, ...limits, onRead }).finally(progress.end)
  for (const line of unreadLines(unread, pods.length)) say(io, line)
  return [...given.listeners, ...listeners]
}

function isWanted({ namespace }: PodToRead, flags: PrecheckFlags): boolean {
  return flags.filename !== undefined || flags.namespace === undefined || namespace === flags.namespace
}

/** Reports what couldn't be read, one line per reason. */
function unreadLines(unread: readonly UnreadPod[], all: number): readonly string[] {
  return [...groupBy(unread, ({ reason }) => reason)].map(
    ([reason, pods]) =>
      `note: the listeners of ${pods.length} of ${all} pods couldn't be read (IST0143): ${reason}: ${some(pods.map(({ pod }) => pod))}; ` +
      '--listeners reads them from files',
  )
}

function counted(pods: readonly unknown[]): string {
  return pods.length === 1 ? '1 pod' : `${pods.length} pods`
}

const maxNames = 5
const maxConcurrency = 999

function some(names: readonly string[]): string {
  const more = names.length - maxNames
  return more > 0 ? `${names.slice(0, maxNames).join(', ')} and ${more} more` : names.join(', ')
}

function concurrencyOf({ concurrency }: PrecheckFlags): number {
  const number = /^\d+$/.test(concurrency) ? Number(concurrency) : 0
  if (number >= 1 && number <= maxConcurrency) return number
  throw new CliError(`--concurrency ${concurrency}: must be a number from 1 to ${maxConcurrency}`)
}

/** The API server's minor version; undefined if unknown. */
async function kubernetesMinorOf(flags: PrecheckFlags, timeoutMs: number, io: Io): Promise<number | undefined> {
  const { kubernetesVersion } = flags
  if (kubernetesVersion !== undefined) {
    const [, minor] = /^v?1\.(\d{1,3})(?:\D.*)?$/.exec(kubernetesVersion) ?? []
    if (minor === undefined)
      throw new CliError(`--kubernetes-version ${kubernetesVersion}: must be a version such as 1.33`)
    return Number(minor)
  }
  if (flags.filename !== undefined) return undefined
  const { connectPages } = await import('../../cluster/proxy.ts')
  try {
    const text = await connectPages(connectOptionsOf(flags, io)).page('/version', { timeoutMs })
    const [, minor] = /"minor":\s*"(\d{1,3})/.exec(text) ?? []
    return minor === undefined ? undefined : Number(minor)
  } catch (error) {
    if (!(error instanceof KubeError)) throw error
    say(io, `note: the version of Kubernetes is unknown: ${error.message}`)
    return undefined
  }
}
