import { Argument, type Command } from 'commander'
import type { Shell } from '../completion/print.ts'
import type { ExitCode } from '../exit.ts'
import type { Io } from '../io.ts'
import { example } from './parts.ts'

/** Adds `outrigger completion`. */
export function addCompletion(program: Command, io: Io, end: (code: ExitCode) => void): void {
  const command = program
    .command('completion')
    .summary('print a completion script for a shell')
    .description('Prints a script that completes commands, flags and their values in a shell.')
    .addArgument(new Argument('<shell>', 'The shell.').choices(['bash', 'zsh', 'fish']))
  example(command, 'source <(outrigger completion bash)', 'outrigger completion fish | source')
  command.action(async (shell: Shell) => {
    const { printCompletion } = await import('../completion/print.ts')
    end(printCompletion(shell, program, io))
  })
}
