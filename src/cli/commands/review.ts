import { Option } from '@commander-js/extra-typings'
import { addConnection } from '../cluster/flags.ts'
import { addSettings } from '../settings.ts'
import { example, type FlagsOf, type Program } from './parts.ts'

/** Adds `outrigger review`. */
export function reviewCommand(program: Program) {
  const command = program
    .command('review')
    .summary('answer an AdmissionReview as the webhook would')
    .description("Print the webhook's response to an AdmissionReview. A Pod or workload is wrapped in one first.")
    .argument('<file|->', 'An AdmissionReview, a Pod or a workload, as JSON or YAML; - for standard input.')
    .option('--path <path>', "The webhook's URL path, which can carry settings.", '/inject')
    .option('-n, --namespace <name>', 'The namespace of a Pod or workload that sets none.', 'default')
    .option('--explain', 'Explain the decision and the changes in words.')
    .addOption(new Option('-o, --output <format>', 'The output format.').choices(['json', 'yaml']).default('json'))
  return example(
    addSettings(addConnection(command)),
    'outrigger review review.json --path /inject/cluster/c1 --explain',
  )
}

/** The parsed flags of `outrigger review`. */
export type ReviewFlags = FlagsOf<typeof reviewCommand>
