import { addRuleFlags } from '../lint/flags.ts'
import { example, type FlagsOf, type Program } from './parts.ts'

/** Adds `outrigger lint`. */
export function lintCommand(program: Program) {
  const command = program
    .command('lint')
    .summary('look for mistakes in manifests or a cluster')
    .description(
      'Looks for labels, annotations, ports and webhooks that will not do what they are there for: in the manifests that -f names, else in ' +
        'the cluster. Every rule is described in docs/rules.md. Ends with 1 when something is found.',
    )
  return example(
    addRuleFlags(command),
    'outrigger lint -f manifests/ -R',
    "outrigger lint -f manifests/ -o sarif --ignore 'IST0118=Service/legacy/*'",
  )
}

/** What the flags of `outrigger lint` gave. */
export type LintFlags = FlagsOf<typeof lintCommand>
