import { addCluster } from '../cluster/flags.ts'
import { outputFormats, outputOption } from '../output.ts'
import { example, type FlagsOf, type Program } from './parts.ts'

/** Adds `outrigger doctor`. */
export function doctorCommand(program: Program) {
  const command = program
    .command('doctor')
    .summary('find problems with the webhooks of a cluster')
    .description(
      'Check that the webhooks of a cluster work: that the API server reaches them and trusts their certificate, that their ' +
        'Services have ready endpoints, which namespaces they select, and that all replicas serve the same configuration. ' +
        'Every check is described in docs/doctor.md. Nothing is changed: pods are created as a dry run only. ' +
        'Exits with 1 if a check fails.',
    )
    .option('--tag <name>', 'Check the injector with this tag only, such as outrigger; by default all.')
    .option(
      '--revision <name>',
      'Check injectors of this revision of istiod only; `default` is the one without a name.',
    )
    .option('-n, --istio-namespace <name>', 'Check injectors in this namespace only.')
    .option('--timeout <time>', 'The time limit of a check.', '15s')
    .addOption(outputOption(outputFormats))
  return example(addCluster(command), 'outrigger doctor', 'outrigger doctor --tag outrigger -o json')
}

/** The parsed flags of `outrigger doctor`. */
export type DoctorFlags = FlagsOf<typeof doctorCommand>
