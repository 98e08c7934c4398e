import { addCluster } from '../cluster/flags.ts'
import { outputFormats, outputOption } from '../output.ts'
import { addSettings } from '../settings.ts'
import { append, example, type FlagsOf, type Program } from './parts.ts'

/** Adds `outrigger outdated`. */
export function outdatedCommand(program: Program) {
  const command = program
    .command('outdated')
    .summary('list running pods with an old sidecar')
    .description(
      'Lists the workloads of which running pods have another sidecar than their revision would inject now, and what is ' +
        'other: each is compared with a new injection of the pod that it was made from. Nothing is changed. Ends with 1 ' +
        'when there is one.',
    )
    .option('-n, --namespace <name>', 'Only this namespace.')
    .option('--path <path>', "The webhook's path, which carries settings; by default as in the cluster, or /inject.")
    .option('--restart', 'Prints the lines that restart them, and nothing else.')
    .option(
      '--ignore <field>',
      'Leaves out a difference, such as one that another webhook makes: "istio-proxy env DD_*". Can be repeated.',
      append,
    )
    .addOption(outputOption(outputFormats).conflicts('restart'))
  return example(
    addCluster(addSettings(command)),
    'outrigger outdated',
    'outrigger outdated -n shop --restart | sh',
    'outrigger outdated -f pods.yaml --config config.yaml --values values.yaml',
  )
}

/** What the flags of `outrigger outdated` gave. */
export type OutdatedFlags = FlagsOf<typeof outdatedCommand>
