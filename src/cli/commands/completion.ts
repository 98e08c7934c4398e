import { Argument } from '@commander-js/extra-typings'
import { example, type Program } from './parts.ts'

/** Adds `outrigger completion`. */
export function completionCommand(program: Program) {
  const command = program
    .command('completion')
    .summary('print a completion script for a shell')
    .description('Print a script that completes commands, flags and their values in a shell.')
    .addArgument(new Argument('<shell>', 'The shell.').choices(['bash', 'zsh', 'fish']))
  return example(command, 'source <(outrigger completion bash)', 'outrigger completion fish | source')
}
