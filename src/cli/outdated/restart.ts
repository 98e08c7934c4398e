import { type Recreate, workloadKind } from '../../kubernetes/workloads/kinds.ts'
import { commandLine } from '../../lang/text/shell.ts'
import type { ClusterFlags } from '../cluster/flags.ts'
import { titleOf, type WorkloadId } from '../diff/workloads.ts'

const withoutCommand: Readonly<Record<Exclude<Recreate['by'], 'command'>, string>> = {
  'next run': 'the next run is injected anew',
  never: 'it runs to its end; to have it anew, create it again',
  'by hand': 'delete its pods one after the other',
}

/** The line that restarts a workload; undefined where there is none. */
export function restartLine({ kind, namespace, name }: WorkloadId, flags: ClusterFlags): string | undefined {
  const recreate = workloadKind(kind)?.recreate
  return recreate?.by === 'command' ? commandLine([...recreate.command(name), '-n', namespace], flags) : undefined
}

/** What to say in a script instead. */
export function restartComment(id: WorkloadId): string {
  return `# ${titleOf(id).replaceAll(/\s+/g, ' ')}: ${adviceFor(id.kind)}`
}

function adviceFor(kind: string): string {
  if (kind === 'Pod') return 'nothing makes it anew: delete and create it'
  const by = workloadKind(kind)?.recreate.by ?? 'by hand'
  return by === 'command' ? '' : withoutCommand[by]
}
