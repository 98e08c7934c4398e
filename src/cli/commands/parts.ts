import type { Command } from 'commander'

/* What the registration of commands shares. */

/** Adds the lines that `--help` shows as examples. */
export function example(command: Command, ...lines: readonly string[]): Command {
  return command.addHelpText('after', `\nExample:\n${lines.map((line) => `  $ ${line}`).join('\n')}`)
}

/** For an option that can be repeated: its values in order. */
export function append(item: string, items: readonly string[] = []): readonly string[] {
  return [...items, item]
}
