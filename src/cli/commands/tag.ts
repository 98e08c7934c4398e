import { type Command, Option, type OptionValues } from '@commander-js/extra-typings'
import { addCluster } from '../cluster/flags.ts'
import { outputFormats, outputOption } from '../output.ts'
import { example, type FlagsOf, type NoFlags, type Program } from './parts.ts'

/** Adds `outrigger tag`, which has commands of its own. */
export function tagCommand(program: Program): Program {
  return program
    .command('tag')
    .summary('set, generate, list or remove revision tags')
    .description(
      'Revision tags: stable names that namespaces ask for, and that move from one revision to the next (docs/revisions.md).',
    )
    .helpOption('--help', 'Prints this.')
    .helpCommand(false)
}

/** Adds `outrigger tag set`. */
export function setCommand(tag: Program) {
  const text = 'Points a tag to a revision. Until all is checked and confirmed, nothing is changed.'
  const command = addTarget(define(tag, 'set', text))
    .option('--overwrite', 'Moves the tag if it exists.')
    .option('--yes', 'Confirms what would be asked.')
    .option('--dry-run', 'Has the API server check it all, and changes nothing.')
  return example(
    addCluster(command),
    'outrigger tag set prod --revision 1-24-0',
    'outrigger tag set prod --revision 1-25-0 --overwrite',
  )
}

/** Adds `outrigger tag generate`. */
export function generateCommand(tag: Program) {
  const text = "Prints a tag's MutatingWebhookConfiguration and touches nothing."
  return example(
    addCluster(addTarget(define(tag, 'generate', text)).addOption(outputOption(['yaml', 'json']))),
    'outrigger tag generate prod --revision 1-25-0 | kubectl apply -f -',
    'outrigger tag generate prod --revision 1-25-0 -f revision.yaml',
  )
}

/** Adds `outrigger tag list`. */
export function listCommand(tag: Program) {
  const text = 'Lists tags, the revisions that they point to, and the namespaces that use them.'
  const command = define(tag, 'list', text).addOption(outputOption(outputFormats))
  return example(addCluster(command), 'outrigger tag list', 'outrigger tag list -o json')
}

/** Adds `outrigger tag remove`. */
export function removeCommand(tag: Program) {
  const command = define(tag, 'remove', 'Removes a tag, once it is confirmed.')
    .argument('<tag>', 'The name of the tag.')
    .option('--yes', 'Confirms it beforehand.')
    .option('--dry-run', 'Says what would be done, and changes nothing.')
  return example(addCluster(command), 'outrigger tag remove prod')
}

/** What the flags of `outrigger tag set` gave. */
export type SetFlags = FlagsOf<typeof setCommand>

/** What the flags of `outrigger tag generate` gave. */
export type GenerateFlags = FlagsOf<typeof generateCommand>

/** What the flags of `outrigger tag list` gave. */
export type ListFlags = FlagsOf<typeof listCommand>

/** What the flags of `outrigger tag remove` gave. */
export type RemoveFlags = FlagsOf<typeof removeCommand>

/** What `set` and `generate` are told of a tag. */
export type TargetFlags = FlagsOf<typeof addTarget<[], NoFlags, NoFlags>>

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
