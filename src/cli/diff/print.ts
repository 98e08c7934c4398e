import { styleText } from 'node:util'
import type { Change } from '../../explain/compare/change.ts'
import { describeChange, kindOf } from '../../explain/compare/words.ts'
import type { JsonObject } from '../../lang/json.ts'
import { writeYaml } from '../../lang/yaml/write.ts'
import { printable } from '../io.ts'
import { renderTable } from '../table.ts'
import { unifiedDiff } from '../unified-diff.ts'
import type { DecisionChange, DecisionText, Group } from './groups.ts'
import { titleOf, type WorkloadId } from './workloads.ts'

/** What a preview found in all. */
export interface Summary {
  readonly groups: readonly Group[]
  /** The number of workloads that were looked at. */
  readonly looked: number
}

export interface TextOptions {
  readonly colour: boolean
  /** With the YAML of an example of each group. */
  readonly full: boolean
  /** How many characters a line may have. */
  readonly width: number
}

type Format = Parameters<typeof styleText>[0]
type Paint = (format: Format, text: string) => string

/** A preview as text: what would be decided otherwise first, then the changes of sidecars, those of most workloads first. */
export function previewText(summary: Summary, { colour, full, width }: TextOptions): string {
  const paint: Paint = (format, text) => (colour ? styleText(format, text, { validateStream: false }) : text)
  const parts = summary.groups.map((group) => {
    const head = paint('bold', `${workloadCount(group.workloads.length)}: ${headOf(group)}`)
    const lines = group.decision === undefined ? changeLines(group.changes, paint) : reasonLines(group.decision)
    const names = wrapped(namesOf(group.workloads), width)
    return `${[head, ...names, ...lines].join('\n')}\n${full ? yamlDiff(group, colour) : ''}\n`
  })
  return `${parts.join('')}${summaryLine(summary)}\n`
}

function headOf({ decision }: Group): string {
  if (decision === undefined) return 'the sidecar would change'
  return `${words[decision.before.result]} → ${words[decision.after.result]}`
}

const words: Readonly<Record<DecisionText['result'], string>> = {
  injected: 'injected',
  none: 'not injected',
  denied: 'denied, so that no pod is created',
  failed: 'not possible to inject',
}

function reasonLines({ before, after }: DecisionChange): readonly string[] {
  return [`  now: ${printable(before.message)}`, `  then: ${printable(after.message)}`]
}

const formats: Readonly<Record<ReturnType<typeof kindOf>, Format>> = { add: 'green', remove: 'red', change: 'yellow' }

function changeLines(changes: readonly Change[], paint: Paint): readonly string[] {
  const subjects = [...new Set(changes.map(({ subject }) => subject))]
  return subjects.flatMap((subject) => [
    `  ${printable(subject)}`,
    ...changes
      .filter((change) => change.subject === subject)
      .map((change) =>
        paint(formats[kindOf(change)], `    ${printable(describeChange(change)).replaceAll('\n', ' ')}`),
      ),
  ])
}

const maxNames = 10

function namesOf(workloads: readonly WorkloadId[]): string {
  const names = workloads.slice(0, maxNames).map((id) => printable(titleOf(id)))
  const rest = workloads.length - maxNames
  return rest > 0 ? `${names.join(', ')} and ${rest} more` : names.join(', ')
}

/** Lines below a head, broken between words. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(`  ${word}`)
  }
  return lines
}

function yamlDiff({ example: { id, before, after } }: Group, colour: boolean): string {
  const name = printable(titleOf(id))
  const diff = unifiedDiff(`${name} (now)`, writeYaml(before), writeYaml(after), colour, `${name} (then)`)
  return diff === '' ? '' : `\n${printableLines(diff, colour)}`
}

/** Colours are control characters, too; what else would be one, YAML has escaped. */
function printableLines(text: string, colour: boolean): string {
  return colour ? text : printable(text)
}

/** One sentence on all of it. */
function summaryLine({ groups, looked }: Summary): string {
  const count = (some: readonly Group[]) => some.reduce((sum, { workloads }) => sum + workloads.length, 0)
  const decided = count(groups.filter(({ decision }) => decision !== undefined))
  const changed = count(groups) - decided
  const all = `of ${workloadCount(looked)}`
  if (changed + decided === 0) return `${workloadCount(looked)}: nothing would change`
  const parts = [
    ...(decided > 0 ? [`${decided} would be decided otherwise`] : []),
    ...(changed > 0 ? [`${changed} would get another sidecar`] : []),
  ]
  return `${all}, ${parts.join(' and ')}`
}

function workloadCount(count: number): string {
  return `${count} workload${count === 1 ? '' : 's'}`
}

/** `--stat`: for each field, in how many workloads it would change. */
export function statText(summary: Summary, width: number): string {
  const rows = new Map<string, { readonly cells: readonly [string, string, string]; count: number }>()
  const add = (subject: string, field: string, kind: string, count: number) => {
    const key = JSON.stringify([subject, field, kind])
    const row = rows.get(key) ?? { cells: [subject, field, kind], count: 0 }
    row.count += count
    rows.set(key, row)
  }
  for (const { decision, changes, workloads } of summary.groups) {
    if (decision !== undefined) {
      add('pod', 'decision', `${decision.before.result} → ${decision.after.result}`, workloads.length)
    }
    const fields = new Set(
      changes.map((change) => JSON.stringify([change.subject, change.field, kinds[kindOf(change)]])),
    )
    for (const [subject, field, kind] of [...fields].map((text): [string, string, string] => JSON.parse(text))) {
      add(subject, field, kind, workloads.length)
    }
  }
  const lines = [...rows.values()].map(({ cells, count }) => [...cells, String(count)])
  const table = lines.length === 0 ? '' : `${renderTable(['in', 'field', 'change', 'workloads'], lines, width)}\n`
  return `${table}${summaryLine(summary)}\n`
}

const kinds: Readonly<Record<ReturnType<typeof kindOf>, string>> = {
  add: 'added',
  remove: 'removed',
  change: 'changed',
}

/** A preview as data. */
export function previewData({ groups, looked }: Summary): JsonObject {
  return {
    workloads: looked,
    groups: groups.map(({ decision, changes, workloads }) => ({
      ...(decision !== undefined && { decision: { before: { ...decision.before }, after: { ...decision.after } } }),
      changes: changes.map((change) => ({ ...change })),
      workloads: workloads.map((id) => ({ ...id })),
    })),
  }
}
