import { readConfigurations } from '../../istio/revisions/configuration.ts'
import { listTags } from '../../istio/revisions/tag-list.ts'
import { targetOfTag } from '../../istio/revisions/tag-source.ts'
import { planTagRemove, type TagPlan } from '../../istio/revisions/tags.ts'
import { commandLine } from '../../lang/text/shell.ts'
import { objectsOf } from '../cluster/open.ts'
import type { RemoveFlags } from '../commands/tag.ts'
import { confirm } from '../confirm.ts'
import { type ExitCode, exit } from '../exit.ts'
import { type Io, printable } from '../io.ts'
import { carryOut } from './carry-out.ts'
import { managerNotes } from './keepers.ts'
import { checkUnchanged, declined } from './set.ts'
import { checked, type ReadTagObjects, tagObjectsOf, targetFlags } from './target.ts'
import { say, sayPlan, someOf } from './words.ts'

/** `outrigger tag remove`. Exits with 1 if it was declined. */
export async function removeTag(tag: string, flags: RemoveFlags, io: Io): Promise<ExitCode> {
  const source = await objectsOf(flags, io)
  const { connection } = source
  const objects = await tagObjectsOf(source)
  const plan = checked(planTagRemove(objects, tag), source)
  sayPlan(plan, io)
  for (const note of managerNotes(plan, objects.configurations)) say(io, 'note', note)
  if (connection === undefined) {
    for (const { text } of plan.steps) io.stdout.write(printable(`not done: ${text}\n`))
    say(io, 'note', 'nothing was changed, as the input is manifests: delete the object in their source')
    return exit.success
  }
  const dryRun = flags.dryRun === true
  if (!dryRun) {
    if (!(await confirm(question(tag, plan, objects), flags.yes === true, io))) return declined(io)
    await checkUnchanged(plan, async () => planTagRemove(await tagObjectsOf(source), tag))
  }
  await carryOut(
    plan,
    connection,
    { dryRun, finish: line(['remove', tag], flags), undo: undoLine(tag, objects, flags) },
    io,
  )
  if (dryRun) io.stdout.write('a dry run: nothing was changed\n')
  return exit.success
}

function question(tag: string, { overlaps }: TagPlan, objects: ReadTagObjects): string {
  const users = listTags(objects).flatMap((row) => (row.tag === tag ? row.namespaces : []))
  const use = users.length === 0 ? 'No namespace uses it.' : `It is used by ${someOf([...new Set(users)])}.`
  const also = overlaps.length > 0 ? ' Injectors overlap as named above.' : ''
  return `Remove the tag ${tag}? ${use}${also}`
}

function undoLine(tag: string, objects: ReadTagObjects, flags: RemoveFlags): string {
  const target = targetOfTag(readConfigurations(objects.configurations), tag)
  return line(['set', tag, ...(target === undefined ? [] : targetFlags(target)), '--overwrite'], flags)
}

function line(args: readonly string[], flags: RemoveFlags): string {
  return commandLine(['outrigger', 'tag', ...args], flags)
}
