import type { CommandUnknownOpts, OptionValues } from '@commander-js/extra-typings'

/* What the registration of commands shares. */

/** What parsing gives for the options of the command that a function defines, or adds them to. */
export type FlagsOf<Define extends (...args: never) => { opts(): OptionValues }> = Readonly<
  ReturnType<ReturnType<Define>['opts']>
>

/** The program, or a command with commands of its own. */
export type Program = CommandUnknownOpts

/** No options yet: what a generic function that adds options begins with, for `FlagsOf`. */
export type NoFlags = Record<never, never>

/** Adds the lines that `--help` shows as examples. */
export function example<C extends CommandUnknownOpts>(command: C, ...lines: readonly string[]): C {
  return command.addHelpText('after', `\nExample:\n${lines.map((line) => `  $ ${line}`).join('\n')}`)
}

/** For an option that can be repeated: its values in order. */
export function append(item: string, items: readonly string[] = []): readonly string[] {
  return [...items, item]
}
