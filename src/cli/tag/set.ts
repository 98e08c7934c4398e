import { readConfigurations, readNamespaces, tagOf } from '../../istio/revisions/configuration.ts'
import { namespacesOf } from '../../istio/revisions/tag-list.ts'
import { findSource, targetOfTag } from '../../istio/revisions/tag-source.ts'
import { planTagSet, type TagPlan, type TagRequest } from '../../istio/revisions/tags.ts'
import { commandLine } from '../../lang/text/shell.ts'
import { objectsOf } from '../cluster/open.ts'
import type { SetFlags } from '../commands/tag.ts'
import { confirm } from '../confirm.ts'
import { CliError, type ExitCode, exit } from '../exit.ts'
import { type Io, printable } from '../io.ts'
import { carryOut } from './carry-out.ts'
import { managerNotes, upkeepNotes } from './keepers.ts'
import { checked, type ReadTagObjects, requestOf, tagObjectsOf, targetFlags } from './target.ts'
import { nextLines, say, sayPlan } from './words.ts'

/** `outrigger tag set`. Exits with 1 if it was declined. */
export async function setTag(tag: string, flags: SetFlags, io: Io): Promise<ExitCode> {
  const request = { ...requestOf(tag, flags), overwrite: flags.overwrite === true }
  const source = await objectsOf(flags, io)
  const { connection } = source
  const objects = await tagObjectsOf(source, request)
  const plan = checked(planTagSet(objects, request), source)
  sayPlan(plan, io)
  for (const note of managerNotes(plan, objects.configurations)) say(io, 'note', note)
  if (connection === undefined) {
    for (const { text } of plan.steps) io.stdout.write(printable(`not done: ${text}\n`))
    say(
      io,
      'note',
      `nothing was changed, as the input is manifests: \`outrigger tag generate\` prints the object to apply`,
    )
    return exit.success
  }
  for (const note of await upkeepNotes(plan, sourceName(objects, request), connection)) say(io, 'note', note)
  const dryRun = flags.dryRun === true
  if (plan.overlaps.length > 0 && !dryRun) {
    if (!(await confirm(question(plan), flags.yes === true, io))) return declined(io)
    await checkUnchanged(plan, async () => planTagSet(await tagObjectsOf(source, request), request))
  }
  await carryOut(
    plan,
    connection,
    { dryRun, finish: finishLine(request, flags), undo: undoLine(objects, request, flags) },
    io,
  )
  if (dryRun) io.stdout.write('a dry run: nothing was changed\n')
  else io.stdout.write(printable(nextLines(tag, usersOf(plan, objects), plan, flags)))
  return exit.success
}

export function declined(io: Io): ExitCode {
  io.stderr.write('declined: nothing was changed\n')
  return exit.found
}

/** The cluster may have changed during confirmation: the plan must still be the one that was shown. */
export async function checkUnchanged(plan: TagPlan, again: () => Promise<TagPlan>): Promise<void> {
  if (JSON.stringify(await again()) !== JSON.stringify(plan)) {
    throw new CliError('nothing was changed, because the cluster changed since it was read; run the command again')
  }
}

function question({ overlaps }: TagPlan): string {
  const count = overlaps.length === 1 ? 'An overlap is' : `${overlaps.length} overlaps are`
  return `${count} named above: two injectors would inject the same pods. Continue?`
}

/** The name of the configuration that the tag copies. */
function sourceName({ configurations, istiod }: ReadTagObjects, { target }: TagRequest): string {
  const found = findSource(readConfigurations(configurations), target, istiod)
  return 'problem' in found ? '' : found.source.name
}

function usersOf({ steps }: TagPlan, { namespaces }: ReadTagObjects): readonly string[] {
  const objects = steps.flatMap((step) => (step.action === 'delete' ? [] : [step.object]))
  const tags = readConfigurations(objects).filter((configuration) => tagOf(configuration) !== undefined)
  return namespacesOf(tags, readNamespaces(namespaces))
}

function finishLine({ tag, target }: TagRequest, flags: SetFlags): string {
  const more = [
    ...(flags.istioNamespace === undefined ? [] : ['--istio-namespace', flags.istioNamespace]),
    ...(flags.injectByDefault === undefined ? [] : ['--inject-by-default', flags.injectByDefault]),
  ]
  return commandLine(['outrigger', 'tag', 'set', tag, ...targetFlags(target), ...more, '--overwrite'], flags)
}

function undoLine({ configurations }: ReadTagObjects, { tag }: TagRequest, flags: SetFlags): string {
  const target = targetOfTag(readConfigurations(configurations), tag)
  const args = target === undefined ? ['remove', tag] : ['set', tag, ...targetFlags(target), '--overwrite']
  return commandLine(['outrigger', 'tag', ...args], flags)
}
