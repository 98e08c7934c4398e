import type { CommandUnknownOpts, OptionValues } from '@commander-js/extra-typings'

/* Shared by the definitions of commands. */

/** The parsed options of the command that a function defines or adds options to. */
export type FlagsOf<Define extends (...args: never) => { opts(): OptionValues }> = Readonly<
  ReturnType<ReturnType<Define>['opts']>
>

/** The program, or a command with subcommands. */
export type Program = CommandUnknownOpts

/** No options: what a generic function that adds options starts from, for `FlagsOf`. */
export type NoFlags = Record<never, never>

/** Adds the lines that `--help` shows as examples. */
export function example<C extends CommandUnknownOpts>(command: C, ...lines: readonly string[]): C {
  return command.addHelpText('after', `\nExample:\n${lines.map((line) => `  $ ${line}`).join('\n')}`)
}

/** Collects the values of an option that can be repeated, in order. */
export function append(item: string, items: readonly string[] = []): readonly string[] {
  return [...items, item]
}
