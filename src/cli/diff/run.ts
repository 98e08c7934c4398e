import { changesBetween } from '../../explain/compare/changes.ts'
import { originalPod } from '../../explain/compare/original.ts'
import type { JsonObject } from '../../lang/json.ts'
import { manifestSource, readManifests } from '../cluster/manifests.ts'
import { objectsOf } from '../cluster/open.ts'
import type { ObjectSource } from '../cluster/source.ts'
import type { DiffFlags } from '../commands/diff.ts'
import { CliError, type ExitCode, exit } from '../exit.ts'
import { hasColour, type Io, printable } from '../io.ts'
import { printData } from '../output.ts'
import { startProgress } from '../progress.ts'
import { tableWidth } from '../table.ts'
import { type ClusterState, readClusterState } from './cluster-state.ts'
import { createGroups, type Preview } from './groups.ts'
import { createSide, podResult, type Side } from './injectors.ts'
import { eachPod } from './pods.ts'
import { previewData, previewText, type Summary, statText } from './print.ts'
import { currentSide, otherSide } from './sides.ts'
import { createGathering, labelsOf, type Workload, workloadsIn } from './workloads.ts'

/** `outrigger diff`: what would change for workloads by other settings. Ends with 1 when anything would. */
export async function previewChanges(flags: DiffFlags, io: Io): Promise<ExitCode> {
  const progress = startProgress(io)
  try {
    const notes = new Set<string>()
    const summary = await preview(flags, io, progress.update, notes)
    progress.end()
    for (const note of notes) io.stderr.write(printable(`warning: ${note}\n`))
    print(summary, flags, io)
    return summary.groups.length > 0 ? exit.found : exit.good
  } finally {
    progress.end()
  }
}

async function preview(flags: DiffFlags, io: Io, update: (text: string) => void, notes: Set<string>): Promise<Summary> {
  const manifests = flags.filename && (await readManifests(flags.filename, flags.recursive === true, io))
  const source = manifests === undefined ? await objectsOf(flags, io) : manifestSource(manifests, flags.filename ?? [])
  const landscape = await readClusterState(source)
  const warn = (text: string) => void notes.add(text)
  for (const fault of landscape.faults) warn(fault)
  const current = createSide(currentSide(flags, landscape, io), landscape, warn)
  const other = createSide(otherSide(flags, landscape, io), landscape, warn)
  const workloads = await workloadsOf(source, manifests, flags.namespace, update)
  const groups = createGroups()
  for (const [index, workload] of workloads.entries()) {
    const found = await previewOf(workload, current, other, landscape)
    if (found !== undefined) groups.add(found)
    if (index % 50 === 49) {
      update(`${index + 1} of ${workloads.length} workloads`)
      // A signal must get a turn.
      await new Promise(setImmediate)
    }
  }
  return { groups: groups.groups(), looked: workloads.length }
}

async function workloadsOf(
  source: ObjectSource,
  manifests: readonly JsonObject[] | undefined,
  namespace: string | undefined,
  update: (text: string) => void,
): Promise<readonly Workload[]> {
  if (manifests !== undefined) {
    const all = workloadsIn(manifests, namespace ?? source.namespace)
    const found = all.filter(({ id }) => namespace === undefined || id.namespace === namespace)
    if (found.length > 0) return found
    throw new CliError(
      `there is no workload in ${source.description}${namespace === undefined ? '' : ` in namespace ${namespace}`}`,
    )
  }
  const gathering = createGathering()
  let read = 0
  for await (const pod of eachPod(source, namespace)) {
    gathering.add(pod)
    update(`${++read} pods`)
  }
  return gathering.workloads()
}

// What the agent's port is by default; counts for pods that no one would inject now.
const usualStatusPort = 15020

async function previewOf(
  { id, pod }: Workload,
  current: Side,
  other: Side,
  { facts }: ClusterState,
): Promise<Preview | undefined> {
  const newcomer = { namespace: id.namespace, labels: labelsOf(pod) }
  const [one, two] = [await current.injectorFor(newcomer), await other.injectorFor(newcomer)]
  const original = originalPod(pod, (one ?? two)?.snapshot.mesh.defaultConfig.statusPort ?? usualStatusPort)
  const before = podResult(original, id.namespace, one, facts)
  const after = podResult(original, id.namespace, two, facts)
  const pods = { before: before.pod, after: after.pod }
  if (before.result !== after.result) {
    const [now, then] = [before, after].map(({ result, message }) => ({ result, message }))
    if (now === undefined || then === undefined) return undefined
    return { id, decision: { before: now, after: then }, changes: [], ...pods }
  }
  const changes = before.result === 'injected' ? changesBetween(before.pod, after.pod) : []
  return changes.length === 0 ? undefined : { id, decision: undefined, changes, ...pods }
}

function print(summary: Summary, flags: DiffFlags, io: Io): void {
  const width = tableWidth(io.stdout)
  if (flags.output !== 'table') printData(io, flags.output, previewData(summary))
  else if (flags.stat === true) io.stdout.write(statText(summary, width))
  else {
    const options = { colour: hasColour(io.stdout, io.env), full: flags.full === true, width: Math.min(width, 100) }
    io.stdout.write(previewText(summary, options))
  }
}
