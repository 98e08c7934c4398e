import { addCluster } from '../cluster/flags.ts'
import { outputFormats, outputOption } from '../output.ts'
import { example, type FlagsOf, type Program } from './parts.ts'

/** Adds `outrigger doctor`. */
export function doctorCommand(program: Program) {
  const command = program
    .command('doctor')
    .summary('say what is wrong with the webhooks of a cluster')
    .description(
      'Checks that the webhooks of a cluster work: whether the API server reaches them and trusts their certificate, whether somebody ' +
        'answers, whom they are called for, and whether all replicas serve the same configuration. Every check is described in ' +
        'docs/doctor.md. Changes nothing: a pod is created as a dry run only. Ends with 1 when a check fails.',
    )
    .option('--revision <name>', 'The revision to look at; by default all. default is the one without a name.')
    .option('-n, --istio-namespace <name>', 'Looks at injectors in this namespace only.')
    .option('--timeout <time>', 'How long a check may take.', '15s')
    .addOption(outputOption(outputFormats))
  return example(addCluster(command), 'outrigger doctor', 'outrigger doctor --revision canary -o json')
}

/** What the flags of `outrigger doctor` gave. */
export type DoctorFlags = FlagsOf<typeof doctorCommand>
