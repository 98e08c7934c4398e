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
      'List the workloads whose running pods have a different sidecar than their revision would inject now, and the ' +
        'differences: each pod is compared with a new injection of the original pod. Nothing is changed. Exits with 1 ' +
        'if a pod is outdated.',
    )
    .option('-n, --namespace <name>', 'Only this namespace.')
    .option(
      '--path <path>',
      "The webhook's URL path, which can carry settings; by default as in the cluster, or /inject.",
    )
    .option('--restart', 'Print only the commands that restart the workloads.')
    .option(
      '--ignore <field>',
      'Ignore a difference, for example one made by another webhook: "istio-proxy env DD_*". Can be repeated.',
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

/** The parsed flags of `outrigger outdated`. */
export type OutdatedFlags = FlagsOf<typeof outdatedCommand>
