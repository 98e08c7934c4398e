import { type Command, Option } from 'commander'
import { addCluster } from '../cluster/flags.ts'
import { append, example } from '../command-parts.ts'
import type { ExitCode } from '../exit.ts'
import type { Io } from '../io.ts'
import { addSettings } from '../settings.ts'

/** Adds `outrigger lint`. */
export function addLint(program: Command, io: Io, end: (code: ExitCode) => void): void {
  const command = program
    .command('lint')
    .summary('look for mistakes in manifests or a cluster')
    .description(
      'Looks for labels, annotations, ports and webhooks that will not do what they are there for: in the manifests that -f names, else in ' +
        'the cluster. Every rule is described in docs/rules.md. Ends with 1 when something is found.',
    )
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
  example(
    addSettings(addCluster(command)),
    'outrigger lint -f manifests/ -R',
    "outrigger lint -f manifests/ -o sarif --ignore 'IST0118=Service/legacy/*'",
  )
  command.action(async (flags) => {
    const { lint } = await import('../lint.ts')
    end(await lint(flags, io))
  })
}
