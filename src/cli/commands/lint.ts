import { addRuleFlags } from '../lint/flags.ts'
import { example, type FlagsOf, type Program } from './parts.ts'

/** Adds `outrigger lint`. */
export function lintCommand(program: Program) {
  const command = program
    .command('lint')
    .summary('find mistakes in manifests or a cluster')
    .description(
      'Find labels, annotations, ports and webhooks that do not do what they are meant for, in the manifests given with -f or ' +
        'in the cluster. Every rule is described in docs/rules.md. Exits with 1 if there are findings.',
    )
  return example(
    addRuleFlags(command),
    'outrigger lint -f manifests/ -R',
    "outrigger lint -f manifests/ -o sarif --ignore 'IST0118=Service/legacy/*'",
  )
}

/** The parsed flags of `outrigger lint`. */
export type LintFlags = FlagsOf<typeof lintCommand>
