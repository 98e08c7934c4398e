import type { Program } from '../commands/parts.ts'
import { type ExitCode, exit } from '../exit.ts'
import type { Io } from '../io.ts'
import { bashCompletion } from './bash.ts'
import { fishCompletion } from './fish.ts'
import { completedCommands } from './model.ts'
import { zshCompletion } from './zsh.ts'

const writers = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const

export type Shell = keyof typeof writers

/** `outrigger completion`: prints a script that completes the commands of `program` in a shell. */
export function printCompletion(shell: Shell, program: Program, io: Io): ExitCode {
  io.stdout.write(writers[shell](program.name(), completedCommands(program)))
  return exit.success
}
