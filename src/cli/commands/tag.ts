import { type Command, Option, type OptionValues } from '@commander-js/extra-typings'
import { addCluster } from '../cluster/flags.ts'
import { outputFormats, outputOption } from '../output.ts'
import { example, type FlagsOf, type NoFlags, type Program } from './parts.ts'

/** Adds `outrigger tag`, which has subcommands. */
export function tagCommand(program: Program): Program {
  return program
    .command('tag')
    .summary('set, generate, list or remove revision tags')
    .description(
      'Manage revision tags: stable names for namespace labels that can be moved from one injector to another (docs/revisions.md).',
    )
    .helpOption('--help', 'Print this help.')
    .helpCommand(false)
}

/** Adds `outrigger tag set`. */
export function setCommand(tag: Program) {
  const text =
    "Point a tag to Outrigger, or with --revision to istiod. The tag stays one of istiod's revision, whichever injector it " +
    'calls. Nothing is changed before everything is checked and confirmed.'
  const command = addTarget(define(tag, 'set', text))
    .option('--overwrite', 'Move the tag if it exists.')
    .option('--yes', 'Do not ask for confirmation.')
    .option('--dry-run', 'Have the API server validate the changes without persisting them.')
  return example(
    addCluster(command),
    'outrigger tag set prod --overwrite',
    'outrigger tag set prod --revision 1-27-1 --overwrite',
  )
}

/** Adds `outrigger tag generate`. */
export function generateCommand(tag: Program) {
  const text = "Print a tag's MutatingWebhookConfiguration without applying it."
  return example(
    addCluster(addTarget(define(tag, 'generate', text)).addOption(outputOption(['yaml', 'json']))),
    'outrigger tag generate prod | kubectl apply -f -',
    'outrigger tag generate prod -f webhooks.yaml',
  )
}

/** Adds `outrigger tag list`. */
export function listCommand(tag: Program) {
  const text = 'List tags, the injectors they point to, and the namespaces that use them.'
  const command = define(tag, 'list', text).addOption(outputOption(outputFormats))
  return example(addCluster(command), 'outrigger tag list', 'outrigger tag list -o json')
}

/** Adds `outrigger tag remove`. */
export function removeCommand(tag: Program) {
  const command = define(tag, 'remove', 'Remove a tag, after confirmation.')
    .argument('<tag>', 'The name of the tag.')
    .option('--yes', 'Do not ask for confirmation.')
    .option('--dry-run', 'Print what would be done without doing it.')
  return example(addCluster(command), 'outrigger tag remove prod')
}

/** The parsed flags of `outrigger tag set`. */
export type SetFlags = FlagsOf<typeof setCommand>

/** The parsed flags of `outrigger tag generate`. */
export type GenerateFlags = FlagsOf<typeof generateCommand>

/** The parsed flags of `outrigger tag list`. */
export type ListFlags = FlagsOf<typeof listCommand>

/** The parsed flags of `outrigger tag remove`. */
export type RemoveFlags = FlagsOf<typeof removeCommand>

/** The flags of `set` and `generate` that describe a tag. */
export type TargetFlags = FlagsOf<typeof addTarget<[], NoFlags, NoFlags>>

function define(tag: Program, name: string, text: string) {
  return tag.command(name).description(text).helpOption('--help', 'Print this help.')
}

function addTarget<A extends unknown[], O extends OptionValues, G extends OptionValues>(command: Command<A, O, G>) {
  return command
    .argument('<tag>', 'The name of the tag, or default for namespaces with the label istio-injection=enabled.')
    .addOption(
      new Option('--to <tag>', 'The Outrigger to point to, by its own tag; by default the only one.').conflicts(
        'revision',
      ),
    )
    .option(
      '--revision <name>',
      "Point to istiod's injector of this revision instead; `default` is the one without a name.",
    )
    .option(
      '--istio-namespace <name>',
      "The namespace in the object's name; by default the tag's present one, or that of istiod.",
    )
    .addOption(
      new Option(
        '--inject-by-default <yes|no>',
        'For the tag default: whether to inject namespaces without labels; by default unchanged.',
      ).choices(['yes', 'no']),
    )
}
