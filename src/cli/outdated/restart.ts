import { type Recreate, workloadKind } from '../../kubernetes/workloads/kinds.ts'
import { commandLine } from '../../lang/text/shell.ts'
import type { ClusterFlags } from '../cluster/flags.ts'
import { titleOf, type WorkloadId } from '../diff/workloads.ts'

const withoutCommand: Readonly<Record<Exclude<Recreate['by'], 'command'>, string>> = {
  'next run': 'the next run is injected again',
  never: 'it is not restarted; delete and recreate it if needed',
  'by hand': 'delete its pods one by one',
}

/** The command that restarts a workload; undefined if there is none. */
export function restartLine({ kind, namespace, name }: WorkloadId, flags: ClusterFlags): string | undefined {
  const recreate = workloadKind(kind)?.recreate
  return recreate?.by === 'command' ? commandLine([...recreate.command(name), '-n', namespace], flags) : undefined
}

/** The comment in a script for a workload without a restart command. */
export function restartComment(id: WorkloadId): string {
  return `# ${titleOf(id).replaceAll(/\s+/g, ' ')}: ${adviceFor(id.kind)}`
}

function adviceFor(kind: string): string {
  if (kind === 'Pod') return 'no controller recreates it: delete and recreate it'
  const by = workloadKind(kind)?.recreate.by ?? 'by hand'
  return by === 'command' ? '' : withoutCommand[by]
}
