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
      'Injects the workloads of manifests and prints the manifests; everything else in them stays as it is. ' +
        'Namespaces, Nodes and ProxyConfigs among them count as what is in the cluster.',
    )
    .requiredOption(
      '-f, --filename <file|dir|->',
      'A file, a folder of manifests, or - for standard input; can be repeated.',
      append,
    )
    .option('-R, --recursive', 'Folders with all that is below them.')
    .option('-n, --namespace <name>', 'The namespace of what names none.', 'default')
    .option('--path <path>', "The webhook's path, which carries settings.", '/inject')
    .addOption(
      new Option('-o, --output <format>', 'The form of the result; by default that of the input.').choices([
        'yaml',
        'json',
      ]),
    )
    .addOption(new Option('--diff', 'Prints what would be added, as a diff.').conflicts('output'))
    .addOption(new Option('--patch', 'Prints the JSON patch of each document that changes.').conflicts('diff'))
  return example(
    addSettings(addConnection(command)),
    'outrigger inject -f deployment.yaml | kubectl apply -f -',
    'outrigger inject -f manifests/ --diff',
  )
}

/** What the flags of `outrigger inject` gave. */
export type InjectFlags = FlagsOf<typeof injectCommand>
