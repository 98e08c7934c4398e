import { type Command, Option } from 'commander'
import type { Severity } from '../../lint/rule.ts'
import { append } from '../commands/parts.ts'

/** How a command tells findings. */
export interface FindingFlags {
  readonly namespace?: string
  readonly output: 'text' | 'json' | 'sarif' | 'junit'
  readonly ignore?: readonly string[]
  readonly failOn: Severity
}

/** Adds the flags of commands that tell findings. */
export function addFindingFlags(command: Command): Command {
  return command
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
}
