import type { Argument, CommandUnknownOpts, Option } from '@commander-js/extra-typings'

/** A command as a shell completes it; the first is the program itself. */
export interface CompletedCommand {
  /** The words that lead to it, without the program's name. */
  readonly path: readonly string[]
  readonly text: string
  readonly commands: readonly { readonly name: string; readonly text: string }[]
  readonly flags: readonly CompletedFlag[]
  /** What stands behind it without a flag. */
  readonly argument: CompletionValue | undefined
}

export interface CompletedFlag {
  /** `-f` and `--filename`, those that there are. */
  readonly names: readonly string[]
  readonly text: string
  /** Undefined: it takes none. */
  readonly value: CompletionValue | undefined
}

/** What can be written for a value. */
export type CompletionValue =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'file' | 'folder' | 'any' }

/** All commands below (and with) a program, in the order of the help. */
export function completedCommands(program: CommandUnknownOpts): readonly CompletedCommand[] {
  return commandsBelow(program, [])
}

function commandsBelow(command: CommandUnknownOpts, path: readonly string[]): readonly CompletedCommand[] {
  const help = command.createHelp()
  const below = help.visibleCommands(command)
  const [argument] = command.registeredArguments
  const own: CompletedCommand = {
    path,
    text: textOf(command),
    commands: below.map((one) => ({ name: one.name(), text: textOf(one) })),
    flags: help.visibleOptions(command).map(flagOf),
    argument: argument === undefined || below.length > 0 ? undefined : argumentValue(argument),
  }
  return [own, ...below.flatMap((one) => commandsBelow(one, [...path, one.name()]))]
}

function textOf(command: CommandUnknownOpts): string {
  return oneLine(command.summary() || command.description())
}

function flagOf(option: Option): CompletedFlag {
  const names = [option.short, option.long].filter((name) => typeof name === 'string')
  const [, placeholder = ''] = /[<[]([^>\]]*)[>\]]/.exec(option.flags) ?? []
  const takesValue = option.required || option.optional
  const value = takesValue ? valueFor(option.argChoices, placeholder) : undefined
  return { names, text: oneLine(option.description), value }
}

function argumentValue(argument: Argument): CompletionValue {
  return valueFor(argument.argChoices, argument.name())
}

/** Placeholders say what is meant: `<file>`, `<file|dir|->`, `<folder>`, `<auto|enabled|disabled>`. */
function valueFor(choices: readonly string[] | undefined, placeholder: string): CompletionValue {
  if (choices !== undefined) return { kind: 'words', words: choices }
  if (/\bfile\b/.test(placeholder)) return { kind: 'file' }
  if (/^[a-z]+(\|[a-z]+)+$/.test(placeholder)) return { kind: 'words', words: placeholder.split('|') }
  return { kind: /\b(folder|dir)\b/.test(placeholder) ? 'folder' : 'any' }
}

/** The first sentence, for a list. */
function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  const end = /[.:;](?=\s)/.exec(line)
  return (end === null ? line : line.slice(0, end.index)).replace(/\.$/, '')
}
