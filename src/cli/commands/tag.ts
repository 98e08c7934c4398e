import { type Command, Option, type OptionValues } from '@commander-js/extra-typings'
import { addCluster } from '../cluster/flags.ts'
import type { ExitCode } from '../exit.ts'
import type { Io } from '../io.ts'
import { outputFormats, outputOption } from '../output.ts'
import { example, type FlagsOf, type NoFlags, type Program } from './parts.ts'

/** Registers `outrigger tag` and what is below it. */
export function addTag(program: Program, io: Io, end: (code: ExitCode) => void): void {
  const tag = program
    .command('tag')
    .summary('set, generate, list or remove revision tags')
    .description(
      'Revision tags: stable names that namespaces ask for, and that move from one revision to the next (docs/revisions.md).',
    )
    .helpOption('--help', 'Prints this.')
    .helpCommand(false)
  addSet(tag, io, end)
  addGenerate(tag, io, end)
  addList(tag, io, end)
  addRemove(tag, io, end)
}

/** What the flags of `outrigger tag set` gave. */
export type SetFlags = FlagsOf<typeof defineSet>

/** What the flags of `outrigger tag generate` gave. */
export type GenerateFlags = FlagsOf<typeof defineGenerate>

/** What the flags of `outrigger tag list` gave. */
export type ListFlags = FlagsOf<typeof defineList>

/** What the flags of `outrigger tag remove` gave. */
export type RemoveFlags = FlagsOf<typeof defineRemove>

/** What `set` and `generate` are told of a tag. */
export type TargetFlags = FlagsOf<typeof addTarget<[], NoFlags, NoFlags>>

function addSet(tag: Program, io: Io, end: (code: ExitCode) => void): void {
  const command = defineSet(tag)
  example(command, 'outrigger tag set prod --revision 1-24-0', 'outrigger tag set prod --revision 1-25-0 --overwrite')
  command.action(async (tag, flags) => {
    const { setTag } = await import('../tag/set.ts')
    end(await setTag(tag, flags, io))
  })
}

function defineSet(tag: Program) {
  const text = 'Points a tag to a revision. Until all is checked and confirmed, nothing is changed.'
  const command = addTarget(define(tag, 'set', text))
    .option('--overwrite', 'Moves the tag if it exists.')
    .option('--yes', 'Confirms what would be asked.')
    .option('--dry-run', 'Has the API server check it all, and changes nothing.')
  return addCluster(command)
}

function addGenerate(tag: Program, io: Io, end: (code: ExitCode) => void): void {
  const command = defineGenerate(tag)
  example(
    command,
    'outrigger tag generate prod --revision 1-25-0 | kubectl apply -f -',
    'outrigger tag generate prod --revision 1-25-0 -f revision.yaml',
  )
  command.action(async (tag, flags) => {
    const { generateTag } = await import('../tag/generate.ts')
    end(await generateTag(tag, flags, io))
  })
}

function defineGenerate(tag: Program) {
  const command = addTarget(define(tag, 'generate', "Prints a tag's MutatingWebhookConfiguration and touches nothing."))
  return addCluster(command.addOption(outputOption(['yaml', 'json'])))
}

function addList(tag: Program, io: Io, end: (code: ExitCode) => void): void {
  const command = defineList(tag)
  example(command, 'outrigger tag list', 'outrigger tag list -o json')
  command.action(async (flags) => {
    const { printTags } = await import('../tag/list.ts')
    end(await printTags(flags, io))
  })
}

function defineList(tag: Program) {
  const command = define(tag, 'list', 'Lists tags, the revisions that they point to, and the namespaces that use them.')
  return addCluster(command.addOption(outputOption(outputFormats)))
}

function addRemove(tag: Program, io: Io, end: (code: ExitCode) => void): void {
  const command = defineRemove(tag)
  example(command, 'outrigger tag remove prod')
  command.action(async (tag, flags) => {
    const { removeTag } = await import('../tag/remove.ts')
    end(await removeTag(tag, flags, io))
  })
}

function defineRemove(tag: Program) {
  const command = define(tag, 'remove', 'Removes a tag, once it is confirmed.')
    .argument('<tag>', 'The name of the tag.')
    .option('--yes', 'Confirms it beforehand.')
    .option('--dry-run', 'Says what would be done, and changes nothing.')
  return addCluster(command)
}

function define(tag: Program, name: string, text: string) {
  return tag.command(name).description(text).helpOption('--help', 'Prints this.')
}

function addTarget<A extends unknown[], O extends OptionValues, G extends OptionValues>(command: Command<A, O, G>) {
  return command
    .argument('<tag>', 'The name of the tag, or default for namespaces that say istio-injection=enabled.')
    .requiredOption('--revision <name>', 'The revision to point to; default is the one without a name.')
    .option('--istio-namespace <name>', "The control plane's namespace; by default that of the revision.")
    .addOption(
      new Option(
        '--inject-by-default <yes|no>',
        'Of the tag default: whether namespaces without labels are injected; by default as before.',
      ).choices(['yes', 'no']),
    )
}
