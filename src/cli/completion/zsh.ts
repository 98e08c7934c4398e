import type { CompletedCommand, CompletedFlag, CompletionValue } from './model.ts'

/** A completion script for zsh: put it into a folder of `$fpath` as `_PROGRAM`, or source it. */
export function zshCompletion(program: string, commands: readonly CompletedCommand[]): string {
  const name = functionOf(program, [])
  return `#compdef ${program}
# zsh completion for ${program}
#   source <(${program} completion zsh)
${commands.map((command) => functionFor(program, command)).join('\n')}
if [ "$funcstack[1]" = ${quoted(name)} ]; then
  ${name} "$@"
else
  compdef ${name} ${program}
fi
`
}

function functionFor(program: string, { path, commands, flags, argument }: CompletedCommand): string {
  const specs = flags.map(flagSpec)
  const name = functionOf(program, path)
  if (commands.length === 0) {
    const plain = argument === undefined ? [] : [quoted(`*:${argumentTitle(argument)}:${action(argument)}`)]
    return `${name}() {\n  _arguments -s \\\n    ${[...specs, ...plain].join(' \\\n    ')}\n}\n`
  }
  const described = commands.map((one) => quoted(`${one.name}:${one.text}`))
  const cases = commands.map((one) => `        ${one.name}) ${functionOf(program, [...path, one.name])} ;;`)
  return `${name}() {
  local line state context
  local -a commands=(
    ${described.join('\n    ')}
  )
  _arguments -C \\
    ${[...specs, "'1:command:->command'", "'*::argument:->argument'"].join(' \\\n    ')}
  case "$state" in
    command) _describe command commands ;;
    argument)
      case "$line[1]" in
${cases.join('\n')}
      esac ;;
  esac
}
`
}

function flagSpec({ names, text, value }: CompletedFlag): string {
  const description = `[${text.replace(/[[\]:]/g, '\\$&')}]`
  const tail = value === undefined ? '' : `:${argumentTitle(value)}:${action(value)}`
  // Flags can be repeated or not: the command says so, not the shell.
  return names.map((name) => quoted(`*${name}${description}${tail}`)).join(' ')
}

function argumentTitle(value: CompletionValue): string {
  return value.kind === 'file' || value.kind === 'folder' ? value.kind : 'value'
}

function action(value: CompletionValue): string {
  if (value.kind === 'words') return `(${value.words.join(' ')})`
  return { file: '_files', folder: '_files -/', any: '' }[value.kind]
}

function functionOf(program: string, path: readonly string[]): string {
  return `_${[program, ...path].join('_').replace(/\W/g, '_')}`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
