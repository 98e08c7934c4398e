import type { Change } from '../../explain/compare/change.ts'
import { describeShortly } from '../../explain/compare/words.ts'
import type { JsonObject } from '../../lang/json.ts'
import { titleOf, type WorkloadId } from '../diff/workloads.ts'
import type { SidecarState } from './evaluate.ts'

/** A workload of which at least one pod is outdated. */
export interface OutdatedWorkload {
  readonly id: WorkloadId
  /** Running pods with a sidecar. */
  readonly pods: number
  readonly outdated: number
  /** Of the first outdated pod. */
  readonly reason: string
  readonly changes: readonly Change[]
}

export interface OutdatedReport {
  readonly workloads: readonly OutdatedWorkload[]
  /** All that were looked at. */
  readonly looked: { readonly workloads: number; readonly pods: number; readonly outdated: number }
  /** How many pods of which other revisions were left out. */
  readonly foreign: ReadonlyMap<string, number>
}

interface Entry {
  readonly id: WorkloadId
  pods: number
  outdated: number
  reason: string
  changes: readonly Change[]
}

/** Counts pods by their workloads; of each no more is kept than the first outdated pod's reason. */
export function createReport(): { add(id: WorkloadId, verdict: SidecarState): void; report(): OutdatedReport } {
  const entries = new Map<string, Entry>()
  const foreign = new Map<string, number>()
  // Thousands of workloads differ in the same: each list is kept once.
  const known = new Map<string, readonly Change[]>()
  const kept = (changes: readonly Change[]): readonly Change[] => {
    const key = JSON.stringify(changes)
    const found = known.get(key) ?? changes
    known.set(key, found)
    return found
  }
  return {
    add(id, verdict) {
      if (verdict.state === 'foreign') {
        foreign.set(verdict.revision, (foreign.get(verdict.revision) ?? 0) + 1)
        return
      }
      const key = JSON.stringify(id)
      const entry = entries.get(key) ?? { id, pods: 0, outdated: 0, reason: '', changes: [] }
      entries.set(key, entry)
      entry.pods++
      if (verdict.state === 'current') return
      entry.outdated++
      if (entry.reason !== '') return
      entry.changes = verdict.state === 'changed' ? kept(verdict.changes) : []
      entry.reason = verdict.state === 'changed' ? reasonOf(entry.changes) : verdict.message
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

/** A report as data. `restart` gives the line that restarts a workload, if there is one. */
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
