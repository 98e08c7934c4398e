import { type Command, Option, type OptionValues } from '@commander-js/extra-typings'
import { addCluster } from '../cluster/flags.ts'
import { append, type FlagsOf, type NoFlags } from '../commands/parts.ts'
import { addSettings } from '../settings.ts'

/** The parsed flags of `addRuleFlags`. */
export type RuleFlags = FlagsOf<typeof addRuleFlags<[], NoFlags, NoFlags>>

/** Adds the flags of commands that check manifests or a cluster with rules. */
export function addRuleFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  const withForms = command
    .option(
      '-n, --namespace <name>',
      'The namespace of manifests that set none; in a cluster, report this namespace only.',
    )
    .option(
      '--ignore <rule>',
      'Ignore a rule: CODE, or CODE=KIND/NAMESPACE/NAME, where * matches any string; can be repeated.',
      append,
    )
    .addOption(
      new Option('--fail-on <severity>', 'The minimum severity of findings for exit code 1.')
        .choices(['error', 'warning', 'info'])
        .default('warning'),
    )
    .addOption(
      new Option('-o, --output <format>', 'The output format.')
        .choices(['text', 'json', 'sarif', 'junit'])
        .default('text'),
    )
  return addSettings(addCluster(withForms))
}
