import type { Argument, CommandUnknownOpts, Option } from '@commander-js/extra-typings'

/** A command with its completions; the first is the program itself. */
export interface CompletedCommand {
  /** The words of the command, without the program's name. */
  readonly path: readonly string[]
  readonly text: string
  readonly commands: readonly { readonly name: string; readonly text: string }[]
  readonly flags: readonly CompletedFlag[]
  /** Its positional argument. */
  readonly argument: CompletionValue | undefined
}

export interface CompletedFlag {
  /** The short and the long name, such as `-f` and `--filename`. */
  readonly names: readonly string[]
  readonly text: string
  /** Undefined if it takes no value. */
  readonly value: CompletionValue | undefined
}

/** The possible values. */
export type CompletionValue =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'file' | 'folder' | 'any' }

/** A program and all its subcommands, in the order of the help. */
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

/** Derived from placeholders: `<file>`, `<file|dir|->`, `<folder>`, `<auto|enabled|disabled>`. */
function valueFor(choices: readonly string[] | undefined, placeholder: string): CompletionValue {
  if (choices !== undefined) return { kind: 'words', words: choices }
  if (/\bfile\b/.test(placeholder)) return { kind: 'file' }
  if (/^[a-z]+(\|[a-z]+)+$/.test(placeholder)) return { kind: 'words', words: placeholder.split('|') }
  return { kind: /\b(folder|dir)\b/.test(placeholder) ? 'folder' : 'any' }
}

/** The first sentence. */
function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  const end = /[.:;](?=\s)/.exec(line)
  return (end === null ? line : line.slice(0, end.index)).replace(/\.$/, '')
}
