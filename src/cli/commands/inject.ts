import { Option } from '@commander-js/extra-typings'
import { addConnection } from '../cluster/flags.ts'
import { addSettings } from '../settings.ts'
import { append, example, type FlagsOf, type Program } from './parts.ts'

/** Adds `outrigger inject`. */
export function injectCommand(program: Program) {
  const command = program
    .command('inject')
    .summary('inject manifests')
    .description(
      'Inject the workloads of manifests and print the manifests; everything else in them stays as it is. ' +
        'Namespaces, Nodes and ProxyConfigs among them are used as those of the cluster.',
    )
    .requiredOption(
      '-f, --filename <file|dir|->',
      'A file, a folder of manifests, or - for standard input; can be repeated.',
      append,
    )
    .option('-R, --recursive', 'Read folders recursively.')
    .option('-n, --namespace <name>', 'The namespace of manifests that set none.', 'default')
    .option('--path <path>', "The webhook's URL path, which can carry settings.", '/inject')
    .addOption(
      new Option('-o, --output <format>', 'The output format; by default that of the input.').choices(['yaml', 'json']),
    )
    .addOption(new Option('--diff', 'Print the changes as a diff.').conflicts('output'))
    .addOption(new Option('--patch', 'Print the JSON patch of each document that changes.').conflicts('diff'))
  return example(
    addSettings(addConnection(command)),
    'outrigger inject -f deployment.yaml | kubectl apply -f -',
    'outrigger inject -f manifests/ --diff',
  )
}

/** The parsed flags of `outrigger inject`. */
export type InjectFlags = FlagsOf<typeof injectCommand>
