import { Argument } from '@commander-js/extra-typings'
import type { ExitCode } from '../exit.ts'
import type { Io } from '../io.ts'
import { example, type Program } from './parts.ts'

/** Adds `outrigger completion`. */
export function addCompletion(program: Program, io: Io, end: (code: ExitCode) => void): void {
  const command = program
    .command('completion')
    .summary('print a completion script for a shell')
    .description('Prints a script that completes commands, flags and their values in a shell.')
    .addArgument(new Argument('<shell>', 'The shell.').choices(['bash', 'zsh', 'fish']))
  example(command, 'source <(outrigger completion bash)', 'outrigger completion fish | source')
  command.action(async (shell) => {
    const { printCompletion } = await import('../completion/print.ts')
    end(printCompletion(shell, program, io))
  })
}
