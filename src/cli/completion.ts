import type { Command } from 'commander'
import { bashCompletion } from './completion/bash.ts'
import { fishCompletion } from './completion/fish.ts'
import { completedCommands } from './completion/model.ts'
import { zshCompletion } from './completion/zsh.ts'
import { type ExitCode, exit } from './exit.ts'
import type { Io } from './io.ts'

const writers = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const

export type Shell = keyof typeof writers

/** `outrigger completion`: prints a script that completes the commands of `program` in a shell. */
export function printCompletion(shell: Shell, program: Command, io: Io): ExitCode {
  io.stdout.write(writers[shell](program.name(), completedCommands(program)))
  return exit.good
}
