import { defaultRevision, injectionLabel, revisionLabel } from '../../istio/revisions/names.ts'
import { describeOverlap } from '../../istio/revisions/overlaps.ts'
import { describeInjector, type NamespaceChange, type TagPlan } from '../../istio/revisions/tags.ts'
import { commandLine } from '../../lang/text/shell.ts'
import type { ClusterFlags } from '../cluster/flags.ts'
import { type Io, printable } from '../io.ts'

/** Prints what a plan changes for namespaces, and warnings on the error output. */
export function sayPlan({ namespaces, overlaps, notes }: TagPlan, io: Io): void {
  io.stdout.write(printable(namespaces.map((change) => `${describeChange(change)}\n`).join('')))
  sayRemarks({ overlaps, notes }, io)
}

/** Prints warnings and notes. */
export function sayRemarks({ overlaps, notes }: Pick<TagPlan, 'overlaps' | 'notes'>, io: Io): void {
  for (const overlap of overlaps) say(io, 'overlap', describeOverlap(overlap))
  for (const note of notes) say(io, 'note', note)
}

export function say(io: Io, severity: 'overlap' | 'note' | 'warning', text: string): void {
  io.stderr.write(printable(`${severity}: ${text}\n`))
}

function describeChange({ namespace, before, after }: NamespaceChange): string {
  return `namespace ${namespace}: new pods are injected by ${injectors(after)} (currently by ${injectors(before)})`
}

function injectors(called: NamespaceChange['after']): string {
  return called.length === 0 ? 'nothing' : called.map(describeInjector).join(' and ')
}

// For a terminal; `tag list` prints all of them.
const maxNames = 10

/** `shop, bank and 12 more`. */
export function someOf(names: readonly string[]): string {
  const rest = names.length - maxNames
  return rest > 0 ? `${names.slice(0, maxNames).join(', ')} and ${rest} more` : names.join(', ')
}

/** The next commands after a tag was set. `used` are the namespaces that use it. */
export function nextLines(tag: string, used: readonly string[], plan: TagPlan, flags: ClusterFlags): string {
  if (used.length === 0) {
    return (
      `No namespace uses the tag ${tag} yet. Next:\n` +
      `  ${kubectl(flags, 'label', 'namespace', 'NAME', ...labelsFor(tag), '--overwrite')}\n`
    )
  }
  const changed = plan.namespaces.filter(({ after }) => after.length > 0).map(({ namespace }) => namespace)
  const uses = `The tag ${tag} is used by ${someOf(used)}.`
  if (changed.length === 0) return `${uses} Their injector is unchanged.\n`
  const lines = changed
    .slice(0, maxNames)
    .map((name) => `  ${kubectl(flags, 'rollout', 'restart', 'deployment', '-n', name)}\n`)
  const rest = changed.length > maxNames ? `  (and ${changed.length - maxNames} more)\n` : ''
  return `${uses}\nRunning pods keep their sidecars until they are restarted. Next:\n${lines.join('')}${rest}`
}

function labelsFor(tag: string): readonly string[] {
  return tag === defaultRevision
    ? [`${injectionLabel}=enabled`, `${revisionLabel}-`]
    : [`${revisionLabel}=${tag}`, `${injectionLabel}-`]
}

/** A kubectl command for the same cluster; its connection flags are the same. */
function kubectl(flags: ClusterFlags, ...args: readonly string[]): string {
  return commandLine(['kubectl', ...args], flags)
}
