import { type Command, Option } from 'commander'
import { addCluster } from '../cluster/flags.ts'
import type { ExitCode } from '../exit.ts'
import type { Io } from '../io.ts'
import { outputOption } from '../output.ts'
import { example } from './parts.ts'

/** Registers `outrigger tag` and what is below it. */
export function addTag(program: Command, io: Io, end: (code: ExitCode) => void): void {
  const tag = program
    .command('tag')
    .summary('set, generate, list or remove revision tags')
    .description(
      'Revision tags: stable names that namespaces ask for, and that move from one revision to the next (docs/revisions.md).',
    )
    .helpOption('--help', 'Prints this.')
    .helpCommand(false)
  const add = (name: string, text: string) => tag.command(name).description(text).helpOption('--help', 'Prints this.')
  addSet(add('set', 'Points a tag to a revision. Until all is checked and confirmed, nothing is changed.'), io, end)
  addGenerate(add('generate', "Prints a tag's MutatingWebhookConfiguration and touches nothing."), io, end)
  addList(add('list', 'Lists tags, the revisions that they point to, and the namespaces that use them.'), io, end)
  addRemove(add('remove', 'Removes a tag, once it is confirmed.'), io, end)
}

function addSet(command: Command, io: Io, end: (code: ExitCode) => void): void {
  addTarget(command)
    .option('--overwrite', 'Moves the tag if it exists.')
    .option('--yes', 'Confirms what would be asked.')
    .option('--dry-run', 'Has the API server check it all, and changes nothing.')
  example(
    addCluster(command),
    'outrigger tag set prod --revision 1-24-0',
    'outrigger tag set prod --revision 1-25-0 --overwrite',
  )
  command.action(async (tag: string, flags) => {
    const { setTag } = await import('../tag/set.ts')
    end(await setTag(tag, flags, io))
  })
}

function addGenerate(command: Command, io: Io, end: (code: ExitCode) => void): void {
  addTarget(command).addOption(outputOption(['yaml', 'json']))
  example(
    addCluster(command),
    'outrigger tag generate prod --revision 1-25-0 | kubectl apply -f -',
    'outrigger tag generate prod --revision 1-25-0 -f revision.yaml',
  )
  command.action(async (tag: string, flags) => {
    const { generateTag } = await import('../tag/generate.ts')
    end(await generateTag(tag, flags, io))
  })
}

function addList(command: Command, io: Io, end: (code: ExitCode) => void): void {
  command.addOption(outputOption())
  example(addCluster(command), 'outrigger tag list', 'outrigger tag list -o json')
  command.action(async (flags) => {
    const { printTags } = await import('../tag/list.ts')
    end(await printTags(flags, io))
  })
}

function addRemove(command: Command, io: Io, end: (code: ExitCode) => void): void {
  command
    .argument('<tag>', 'The name of the tag.')
    .option('--yes', 'Confirms it beforehand.')
    .option('--dry-run', 'Says what would be done, and changes nothing.')
  example(addCluster(command), 'outrigger tag remove prod')
  command.action(async (tag: string, flags) => {
    const { removeTag } = await import('../tag/remove.ts')
    end(await removeTag(tag, flags, io))
  })
}

/** What `set` and `generate` are told of a tag. */
function addTarget(command: Command): Command {
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
