import { type Command, Option, type OptionValues } from '@commander-js/extra-typings'
import { addCluster } from '../cluster/flags.ts'
import { append, type FlagsOf, type NoFlags } from '../commands/parts.ts'
import { addSettings } from '../settings.ts'

/** What the flags of `addRuleFlags` gave. */
export type RuleFlags = FlagsOf<typeof addRuleFlags<[], NoFlags, NoFlags>>

/** Adds the flags of commands that have rules look at manifests or a cluster. */
export function addRuleFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  const withForms = command
    .option(
      '-n, --namespace <name>',
      'The namespace of manifests that name none; of a cluster, the only one to tell of.',
    )
    .option(
      '--ignore <rule>',
      'Keeps a rule quiet: CODE, or CODE=KIND/NAMESPACE/NAME with * for any text; can be repeated.',
      append,
    )
    .addOption(
      new Option('--fail-on <severity>', 'What ends it with 1.')
        .choices(['error', 'warning', 'info'])
        .default('warning'),
    )
    .addOption(
      new Option('-o, --output <format>', 'The form of the findings.')
        .choices(['text', 'json', 'sarif', 'junit'])
        .default('text'),
    )
  return addSettings(addCluster(withForms))
}
