import { Option } from '@commander-js/extra-typings'
import { addConnection } from '../cluster/flags.ts'
import { addOtherSettings } from '../diff/flags.ts'
import { outputFormats, outputOption } from '../output.ts'
import { addSettings } from '../settings.ts'
import { append, example, type FlagsOf, type Program } from './parts.ts'

/** Adds `outrigger diff`. */
export function diffCommand(program: Program) {
  const command = program
    .command('diff')
    .summary('preview what other settings would change')
    .description(
      'Says for each workload of manifests, or that runs in a cluster, what would change in its sidecar by other settings, ' +
        'another revision or another tag. In a cluster each pod is injected by what its revision says, unless settings ' +
        'are given. Nothing is changed. Ends with 1 when something would change.',
    )
    .addOption(new Option('--stat', 'Prints a line for each field, with the number of workloads.').conflicts('full'))
    .option('--full', 'Prints the YAML of one workload of each group as a diff, too.')
    .option('-n, --namespace <name>', 'Only this namespace; that of what names none, too.')
    .option('--path <path>', "The webhook's path, which carries settings; by default as in the cluster, or /inject.")
    .addOption(outputOption(outputFormats))
    .option(
      '-f, --filename <file|dir|->',
      'Manifests instead of a cluster: workloads, pods, and what else of the cluster counts; can be repeated.',
      append,
    )
    .option('-R, --recursive', 'Folders with all that is below them.')
  return example(
    addConnection(addOtherSettings(addSettings(command))),
    'outrigger diff -f manifests/ --to-set global.tag=1.28.0',
    'outrigger diff --values old.yaml --to-values new.yaml -f manifests/ --stat',
    'outrigger diff -n shop --to-tag canary',
  )
}

/** What the flags of `outrigger diff` gave. */
export type DiffFlags = FlagsOf<typeof diffCommand>
