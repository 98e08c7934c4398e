import type { ExitCode } from '../exit.ts'
import type { Io } from '../io.ts'
import { addRuleFlags } from '../lint/flags.ts'
import { example, type FlagsOf, type Program } from './parts.ts'

/** Adds `outrigger lint`. */
export function addLint(program: Program, io: Io, end: (code: ExitCode) => void): void {
  const command = define(program)
  example(
    command,
    'outrigger lint -f manifests/ -R',
    "outrigger lint -f manifests/ -o sarif --ignore 'IST0118=Service/legacy/*'",
  )
  command.action(async (flags) => {
    const { lint } = await import('../lint/run.ts')
    end(await lint(flags, io))
  })
}

/** What the flags of `outrigger lint` gave. */
export type LintFlags = FlagsOf<typeof define>

function define(program: Program) {
  const command = program
    .command('lint')
    .summary('look for mistakes in manifests or a cluster')
    .description(
      'Looks for labels, annotations, ports and webhooks that will not do what they are there for: in the manifests that -f names, else in ' +
        'the cluster. Every rule is described in docs/rules.md. Ends with 1 when something is found.',
    )
  return addRuleFlags(command)
}
