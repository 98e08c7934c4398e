import { defaultRevision, injectionLabel, revisionLabel } from '../../istio/revisions/names.ts'
import { describeOverlap } from '../../istio/revisions/overlaps.ts'
import type { NamespaceChange, TagPlan } from '../../istio/revisions/tags.ts'
import { commandLine } from '../../lang/text/shell.ts'
import type { ClusterFlags } from '../cluster/flags.ts'
import { type Io, printable } from '../io.ts'

/** Says what a plan changes for namespaces, and on the error output what to look out for. */
export function sayPlan({ namespaces, overlaps, notes }: TagPlan, io: Io): void {
  io.stdout.write(printable(namespaces.map((change) => `${describeChange(change)}\n`).join('')))
  sayRemarks({ overlaps, notes }, io)
}

/** Says what to look out for. */
export function sayRemarks({ overlaps, notes }: Pick<TagPlan, 'overlaps' | 'notes'>, io: Io): void {
  for (const overlap of overlaps) say(io, 'overlap', describeOverlap(overlap))
  for (const note of notes) say(io, 'note', note)
}

export function say(io: Io, severity: 'overlap' | 'note' | 'warning', text: string): void {
  io.stderr.write(printable(`${severity}: ${text}\n`))
}

function describeChange({ namespace, before, after }: NamespaceChange): string {
  return `namespace ${namespace}: new pods are injected by ${injectors(after)} (until now by ${injectors(before)})`
}

function injectors(revisions: readonly string[]): string {
  return revisions.length === 0
    ? 'nothing'
    : revisions.map((revision) => revision || 'an injector without a revision').join(' and ')
}

// More than these are not read in a terminal; `tag list` has them all.
const maxNames = 10

/** `shop, bank and 12 more`. */
export function someOf(names: readonly string[]): string {
  const rest = names.length - maxNames
  return rest > 0 ? `${names.slice(0, maxNames).join(', ')} and ${rest} more` : names.join(', ')
}

/** What to run once a tag points to its revision. `used` are the namespaces that use it. */
export function nextLines(tag: string, used: readonly string[], plan: TagPlan, flags: ClusterFlags): string {
  if (used.length === 0) {
    return (
      `No namespace uses the tag ${tag} yet. Next:\n` +
      `  ${kubectl(flags, 'label', 'namespace', 'NAME', ...labelsFor(tag), '--overwrite')}\n`
    )
  }
  const changed = plan.namespaces.filter(({ after }) => after.length > 0).map(({ namespace }) => namespace)
  const uses = `The tag ${tag} is used by ${someOf(used)}.`
  if (changed.length === 0) return `${uses} They are injected by the same revision as before.\n`
  const lines = changed
    .slice(0, maxNames)
    .map((name) => `  ${kubectl(flags, 'rollout', 'restart', 'deployment', '-n', name)}\n`)
  const rest = changed.length > maxNames ? `  (and so on for ${changed.length - maxNames} more)\n` : ''
  return `${uses}\nPods that run keep their sidecars until they are made anew. Next:\n${lines.join('')}${rest}`
}

function labelsFor(tag: string): readonly string[] {
  return tag === defaultRevision
    ? [`${injectionLabel}=enabled`, `${revisionLabel}-`]
    : [`${revisionLabel}=${tag}`, `${injectionLabel}-`]
}

/** A line for the shell that reaches the same cluster with kubectl, which names these flags alike. */
function kubectl(flags: ClusterFlags, ...args: readonly string[]): string {
  return commandLine(['kubectl', ...args], flags)
}
