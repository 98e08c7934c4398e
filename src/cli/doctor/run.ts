import { KubeError } from '../../cluster/client.ts'
import { kinds } from '../../cluster/kinds.ts'
import { connectOptionsOf, kubeSentence } from '../cluster/connection.ts'
import { objectsOf } from '../cluster/open.ts'
import type { ObjectSource } from '../cluster/source.ts'
import type { DoctorFlags } from '../commands/doctor.ts'
import { CliError, type ExitCode, exit } from '../exit.ts'
import type { Io } from '../io.ts'
import { printResult } from '../output.ts'
import { startProgress } from '../progress.ts'
import { milliseconds } from '../serve/options.ts'
import type { CheckResult, DoctorCheck } from './check.ts'
import { checks } from './checks.ts'
import { type ClusterTools, type DoctorContext, readContext } from './context.ts'
import { type Diagnosis, dataOf, reportText } from './report.ts'

/** `outrigger doctor`. Exits with 1 if a check fails. */
export async function doctor(flags: DoctorFlags, io: Io): Promise<ExitCode> {
  const timeoutMs = milliseconds('--timeout', flags.timeout)
  const source = await objectsOf(flags, io)
  const context = await readContext(source, {
    wanted: { revision: flags.revision, tag: flags.tag, namespace: flags.istioNamespace },
    tools: await toolsOf(source, flags, timeoutMs, io),
    isInCluster: isInCluster(flags, io),
    timeoutMs,
    now: new Date(),
  })
  const progress = startProgress(io)
  let done = 0
  const diagnoses = await Promise.all(
    checks.map(async (check) => {
      const outcomes = await examine(check, context, source)
      done++
      progress.update(`Examined ${done} of ${checks.length}: ${check.title}`)
      return outcomes.map((outcome): Diagnosis => ({ check, outcome }))
    }),
  )
  progress.end()
  const all = diagnoses.flat()
  printResult(io, flags.output, dataOf(all), () => reportText(all, io))
  return all.some(({ outcome }) => outcome.status === 'fail') ? exit.found : exit.success
}

/** Runs a check with a time limit; its errors don't affect the others. */
async function examine(
  check: DoctorCheck,
  context: DoctorContext,
  source: ObjectSource,
): Promise<readonly CheckResult[]> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<readonly CheckResult[]>((resolve) => {
    const message = `no response within ${context.timeoutMs / 1000} s`
    const fix = 'increase --timeout; calls of an unreachable webhook take its timeoutSeconds'
    timer = setTimeout(() => resolve([{ status: 'unknown', about: '', message, fix }]), context.timeoutMs)
  })
  try {
    return await Promise.race([check.run(context), late])
  } catch (error) {
    return [{ status: 'unknown', about: '', message: sentenceOf(error, source) }]
  } finally {
    clearTimeout(timer)
  }
}

/** The reason why the cluster couldn't be read; errors of this program are thrown again. */
function sentenceOf(error: unknown, { connection }: ObjectSource): string {
  if (error instanceof CliError) return error.message
  if (!(error instanceof KubeError)) throw error
  return connection === undefined ? error.message : kubeSentence(error, connection)
}

async function toolsOf(
  source: ObjectSource,
  flags: DoctorFlags,
  timeoutMs: number,
  io: Io,
): Promise<ClusterTools | undefined> {
  if (source.connection === undefined) return undefined
  const [{ connect }, { connectPages }, { connectPortForward }] = await Promise.all([
    import('../../cluster/connect.ts'),
    import('../../cluster/proxy.ts'),
    import('../../cluster/port-forward.ts'),
  ])
  const options = connectOptionsOf(flags, io)
  // A webhook may take up to 30 seconds, and a check as long as --timeout.
  const client = connect({ ...options, limits: { answerMs: timeoutMs } })
  return {
    pages: connectPages(options),
    forward: connectPortForward(options),
    dryRun: (pod) => client.create(kinds.pod, pod, { dryRun: true }),
  }
}

/** Whether this process runs in a pod of the cluster that it checks. */
function isInCluster({ kubeconfig, context, filename }: DoctorFlags, { env }: Io): boolean {
  const named = [kubeconfig, context, filename, env['KUBECONFIG']].some((one) => one !== undefined && one !== '')
  return !named && (env['KUBERNETES_SERVICE_HOST'] ?? '') !== ''
}
