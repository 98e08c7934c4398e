import type { Change } from '../../explain/compare/change.ts'
import type { Json, JsonObject } from '../../lang/json.ts'
import type { PodResult } from './injectors.ts'
import { titleOf, type WorkloadId } from './workloads.ts'

/** What would become of a workload's pods otherwise than now. */
export interface Preview {
  readonly id: WorkloadId
  /** Undefined where the decision stays the same. */
  readonly decision: DecisionChange | undefined
  /** Of the injected pod; empty unless it is injected in both ways. */
  readonly changes: readonly Change[]
  /** The pod of either side. */
  readonly before: JsonObject
  readonly after: JsonObject
}

export interface DecisionChange {
  readonly before: DecisionText
  readonly after: DecisionText
}

export type DecisionText = Pick<PodResult, 'result' | 'message'>

/** Workloads for which the same would change. */
export interface Group {
  readonly decision: DecisionChange | undefined
  readonly changes: readonly Change[]
  readonly workloads: readonly WorkloadId[]
  /** The first of them. */
  readonly example: Preview
}

interface OpenGroup {
  readonly example: Preview
  /** What was said of the first; with placeholders once another says the same of itself. */
  decision: DecisionChange | undefined
  changes: readonly Change[]
  readonly workloads: WorkloadId[]
}

/** Puts previews together as they come: of each group only the first one's pods are kept. */
export function createGroups(): { add(preview: Preview): void; groups(): readonly Group[] } {
  const found = new Map<string, OpenGroup>()
  return {
    add(preview) {
      const { id, decision, changes } = preview
      const general = { decision: generalized(decision, id), changes: generalized(changes, id) }
      const key = JSON.stringify([general.decision ?? null, general.changes])
      const group = found.get(key)
      if (group === undefined) {
        found.set(key, { example: preview, decision, changes, workloads: [id] })
        return
      }
      group.workloads.push(id)
      if (JSON.stringify([group.decision, group.changes]) === JSON.stringify([decision, changes])) return
      group.decision = general.decision
      group.changes = general.changes
    },
    // Decisions first, then by the number of workloads.
    groups: () =>
      [...found.values()]
        .map((group) => ({ ...group, workloads: group.workloads.toSorted(byTitle) }))
        .toSorted(
          (one, other) =>
            rank(one) - rank(other) ||
            other.workloads.length - one.workloads.length ||
            byTitle(one.example.id, other.example.id),
        ),
  }
}

/** What is worst comes first. */
function rank({ decision }: Pick<Group, 'decision'>): number {
  return decision === undefined ? ranks.length : ranks.indexOf(decision.after.result)
}

const ranks: readonly PodResult['result'][] = ['failed', 'denied', 'none', 'injected']

function byTitle(one: WorkloadId, other: WorkloadId): number {
  return titleOf(one) < titleOf(other) ? -1 : 1
}

/** The same for all workloads that say it of themselves: `<name>` and `<namespace>` stand for their own. */
function generalized<T>(value: T, { name, namespace }: WorkloadId): T {
  if (value === undefined || name === '') return value
  const replace = (text: string) => replaceWord(replaceWord(text, name, '<name>'), namespace, '<namespace>')
  const walk = (json: Json): Json => {
    if (typeof json === 'string') return replace(json)
    if (Array.isArray(json)) return json.map(walk)
    if (typeof json !== 'object' || json === null) return json
    return Object.fromEntries(Object.entries(json).map(([key, item]) => [key, walk(item)]))
  }
  // What goes in is made of JSON, and its form stays.
  return walk(value as Json) as T
}

/** A whole word of the letters that names are made of. */
function replaceWord(text: string, word: string, by: string): string {
  let result = ''
  let rest = text
  for (let at = rest.indexOf(word); at >= 0; at = rest.indexOf(word)) {
    const end = at + word.length
    const whole = !isNameLetter(rest[at - 1] ?? result.at(-1)) && !isNameLetter(rest[end])
    result += rest.slice(0, at) + (whole ? by : word)
    rest = rest.slice(end)
  }
  return result + rest
}

function isNameLetter(letter: string | undefined): boolean {
  return letter !== undefined && /[A-Za-z0-9-]/.test(letter)
}
