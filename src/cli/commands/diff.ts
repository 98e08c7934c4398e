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
    .summary('preview what different settings would change')
    .description(
      'Show how the sidecar of each workload, in manifests or in a cluster, would change with different settings, ' +
        'another revision or another tag. In a cluster each pod is injected with the configuration of its revision, ' +
        'unless settings are given. Nothing is changed. Exits with 1 if something would change.',
    )
    .addOption(new Option('--stat', 'Print one line per field, with the number of workloads.').conflicts('full'))
    .option('--full', 'Also print the YAML of one workload of each group as a diff.')
    .option('-n, --namespace <name>', 'Only this namespace; also the namespace of manifests that set none.')
    .option(
      '--path <path>',
      "The webhook's URL path, which can carry settings; by default as in the cluster, or /inject.",
    )
    .addOption(outputOption(outputFormats))
    .option(
      '-f, --filename <file|dir|->',
      'Manifests to read instead of a cluster: workloads, pods, namespaces, webhooks and so on; can be repeated.',
      append,
    )
    .option('-R, --recursive', 'Read folders recursively.')
  return example(
    addConnection(addOtherSettings(addSettings(command))),
    'outrigger diff -f manifests/ --to-set global.tag=1.28.0',
    'outrigger diff --values old.yaml --to-values new.yaml -f manifests/ --stat',
    'outrigger diff -n shop --to-tag canary',
  )
}

/** The parsed flags of `outrigger diff`. */
export type DiffFlags = FlagsOf<typeof diffCommand>
