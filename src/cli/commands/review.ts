import { Option } from '@commander-js/extra-typings'
import { addConnection } from '../cluster/flags.ts'
import { addSettings } from '../settings.ts'
import { example, type FlagsOf, type Program } from './parts.ts'

/** Adds `outrigger review`. */
export function reviewCommand(program: Program) {
  const command = program
    .command('review')
    .summary('answer an AdmissionReview as the webhook would')
    .description(
      'Prints what the webhook would answer to an AdmissionReview. A Pod or workload is wrapped in one first.',
    )
    .argument('<file|->', 'An AdmissionReview, a Pod or a workload, as JSON or YAML; - for standard input.')
    .option('--path <path>', "The webhook's path, which carries settings.", '/inject')
    .option('-n, --namespace <name>', 'The namespace of a Pod or workload that names none.', 'default')
    .option('--explain', 'Says in words what was decided and changed.')
    .addOption(new Option('-o, --output <format>', 'The form of the answer.').choices(['json', 'yaml']).default('json'))
  return example(
    addSettings(addConnection(command)),
    'outrigger review review.json --path /inject/cluster/c1 --explain',
  )
}

/** What the flags of `outrigger review` gave. */
export type ReviewFlags = FlagsOf<typeof reviewCommand>
