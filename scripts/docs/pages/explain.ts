import { workloadKinds } from '../../../src/kubernetes/workloads/kinds.ts'
import { table } from '../markdown.ts'

/** The kinds of workloads that can be asked about, and how they can be written. */
export function kindsTable(): string {
  const rows = workloadKinds.map(({ kind, plural, shortNames }) => [
    kind,
    [kind.toLowerCase(), plural, ...shortNames].map((name) => `\`${name}\``).join(', '),
  ])
  return table(['workload', 'KIND'], rows)
}
