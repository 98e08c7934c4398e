import type { Change } from '../../explain/compare/change.ts'
import { describeShortly } from '../../explain/compare/words.ts'
import type { JsonObject } from '../../lang/json.ts'
import { titleOf, type WorkloadId } from '../diff/workloads.ts'
import type { SidecarState } from './evaluate.ts'

/** A workload with at least one outdated pod. */
export interface OutdatedWorkload {
  readonly id: WorkloadId
  /** Running pods with a sidecar. */
  readonly pods: number
  readonly outdated: number
  /** The reason of the first outdated pod. */
  readonly reason: string
  readonly changes: readonly Change[]
}

export interface OutdatedReport {
  readonly workloads: readonly OutdatedWorkload[]
  /** The totals of everything that was compared. */
  readonly looked: { readonly workloads: number; readonly pods: number; readonly outdated: number }
  /** The number of pods of other revisions, which were skipped. */
  readonly foreign: ReadonlyMap<string, number>
}

interface Entry {
  readonly id: WorkloadId
  pods: number
  outdated: number
  reason: string
  changes: readonly Change[]
}

/** Counts pods by workload, and keeps the reason of the first outdated pod of each. */
export function createReport(): { add(id: WorkloadId, sidecar: SidecarState): void; report(): OutdatedReport } {
  const entries = new Map<string, Entry>()
  const foreign = new Map<string, number>()
  // Thousands of workloads may have the same changes: each list is kept once.
  const lists = new Map<string, readonly Change[]>()
  const kept = (changes: readonly Change[]): readonly Change[] => {
    const key = JSON.stringify(changes)
    const found = lists.get(key) ?? changes
    lists.set(key, found)
    return found
  }
  return {
    add(id, sidecar) {
      if (sidecar.state === 'foreign') {
        foreign.set(sidecar.revision, (foreign.get(sidecar.revision) ?? 0) + 1)
        return
      }
      const key = JSON.stringify(id)
      const entry = entries.get(key) ?? { id, pods: 0, outdated: 0, reason: '', changes: [] }
      entries.set(key, entry)
      entry.pods++
      if (sidecar.state === 'current') return
      entry.outdated++
      if (entry.reason !== '') return
      entry.changes = sidecar.state === 'changed' ? kept(sidecar.changes) : []
      entry.reason = sidecar.state === 'changed' ? reasonOf(entry.changes) : sidecar.message
    },
    report() {
      const all = [...entries.values()]
      const sum = (key: 'pods' | 'outdated') => all.reduce((total, entry) => total + entry[key], 0)
      return {
        workloads: all
          .filter(({ outdated }) => outdated > 0)
          .toSorted((one, other) => (titleIn(one) < titleIn(other) ? -1 : 1)),
        looked: { workloads: all.length, pods: sum('pods'), outdated: sum('outdated') },
        foreign,
      }
    },
  }
}

function titleIn({ id }: Entry): string {
  return `${id.namespace}/${titleOf(id)}`
}

const maxNamed = 2

function reasonOf(changes: readonly Change[]): string {
  const named = changes.slice(0, maxNamed).map(describeShortly).join(', ')
  return changes.length > maxNamed ? `${named} and ${changes.length - maxNamed} more` : named
}

/** A report as data. `restart` returns the command that restarts a workload, if there is one. */
export function reportData(
  { workloads, looked }: OutdatedReport,
  restart: (id: WorkloadId) => string | undefined,
): JsonObject {
  return {
    pods: looked.pods,
    outdated: looked.outdated,
    workloads: workloads.map(({ id, pods, outdated, reason, changes }) => {
      const line = restart(id)
      return {
        ...id,
        pods,
        outdated,
        reason,
        changes: changes.map((change) => ({ ...change })),
        ...(line !== undefined && { restart: line }),
      }
    }),
  }
}
