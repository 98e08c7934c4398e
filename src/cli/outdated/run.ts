import { injectedRevision } from '../../explain/compare/original.ts'
import { objectsOf } from '../cluster/open.ts'
import type { OutdatedFlags } from '../commands/outdated.ts'
import { type ClusterState, readClusterState } from '../diff/cluster-state.ts'
import { createSide } from '../diff/injectors.ts'
import { eachPod } from '../diff/pods.ts'
import { currentSide } from '../diff/sides.ts'
import { workloadOf } from '../diff/workloads.ts'
import { type ExitCode, exit } from '../exit.ts'
import { type Io, printable } from '../io.ts'
import { printData } from '../output.ts'
import { type Progress, startProgress } from '../progress.ts'
import { renderTable, tableWidth } from '../table.ts'
import { evaluatePod, ignoring, isRunningInjected } from './evaluate.ts'
import { createReport, type OutdatedReport, reportData } from './report.ts'
import { restartComment, restartLine } from './restart.ts'
import { cachePerWorkload } from './workload-cache.ts'

/** `outrigger outdated`. Ends with 1 when a pod is. */
export async function listOutdated(flags: OutdatedFlags, io: Io): Promise<ExitCode> {
  const source = await objectsOf(flags, io)
  const landscape = await readClusterState(source)
  const progress = startProgress(io)
  try {
    const notes = new Set<string>(landscape.faults)
    const report = await examine(flags, landscape, io, progress, notes)
    progress.end()
    for (const note of [...notes, ...leftOut(report)]) io.stderr.write(printable(`warning: ${note}\n`))
    print(report, flags, io)
    return report.workloads.length > 0 ? exit.found : exit.good
  } finally {
    progress.end()
  }
}

async function examine(
  flags: OutdatedFlags,
  landscape: ClusterState,
  io: Io,
  progress: Progress,
  notes: Set<string>,
): Promise<OutdatedReport> {
  const { source, facts, configurations } = landscape
  const { namespace } = flags
  // Namespaces stay where they are: a revision that is named says which pods to look at.
  const { asked, ...options } = currentSide(flags, landscape, io)
  if (configurations.length === 0 && isBare(options.fixed)) {
    notes.add(
      `${source.description} has no webhook configuration, and no flag says any other: pods are compared with the built-in one`,
    )
  }
  const side = createSide(options, landscape, (text) => void notes.add(text))
  const by = { side, isFixed: options.fixed !== undefined, facts, isIgnored: ignoring(flags.ignore ?? []) }
  const verdictOn = cachePerWorkload((pod, id) => evaluatePod(pod, id, by))
  const report = createReport()
  let pods = 0
  for await (const pod of eachPod(source, namespace)) {
    if (isRunningInjected(pod) && (asked === undefined || injectedRevision(pod) === asked.name)) {
      const id = workloadOf(pod, source.namespace)
      report.add(id, await verdictOn(pod, id))
    }
    progress.update(`${++pods} pods`)
    // A signal must get a turn.
    if (pods % 100 === 0) await new Promise(setImmediate)
  }
  return report.report()
}

/** Whether a configuration is all defaults. */
function isBare(fixed: ReturnType<typeof currentSide>['fixed']): boolean {
  if (fixed === undefined || fixed.settingsFile !== undefined) return false
  return Object.values(fixed.settings).every((value) => value === undefined)
}

function leftOut({ foreign }: OutdatedReport): readonly string[] {
  return [...foreign].map(
    ([revision, pods]) =>
      `${podCount(pods)} of revision ${revision} can't be told by this configuration: name it with --revision, if it is theirs`,
  )
}

function print(report: OutdatedReport, flags: OutdatedFlags, io: Io): void {
  const { workloads } = report
  const lineOf = (id: OutdatedReport['workloads'][number]['id']) => restartLine(id, flags)
  if (flags.restart === true) {
    io.stdout.write(workloads.map(({ id }) => `${printable(lineOf(id) ?? restartComment(id))}\n`).join(''))
  } else if (flags.output !== 'table') printData(io, flags.output, reportData(report, lineOf))
  else io.stdout.write(asTable(report, tableWidth(io.stdout)))
}

function asTable({ workloads, looked }: OutdatedReport, width: number): string {
  const rows = workloads.map(({ id, pods, outdated, reason }) => [
    id.namespace,
    `${id.kind.toLowerCase()}/${id.name}`,
    `${outdated}/${pods}`,
    reason,
  ])
  const table =
    rows.length === 0 ? '' : `${renderTable(['namespace', 'workload', 'outdated', 'what differs'], rows, width)}\n`
  return looked.outdated === 0
    ? `${podCount(looked.pods)} with a sidecar: none is outdated\n`
    : `${table}of ${podCount(looked.pods)} with a sidecar, ${looked.outdated} ${looked.outdated === 1 ? 'is' : 'are'} outdated\n`
}

function podCount(pods: number): string {
  return `${pods} pod${pods === 1 ? '' : 's'}`
}
