import type { CompletedCommand, CompletionValue } from './model.ts'

/** A completion script for bash 3.2 and newer; it needs no other package. */
export function bashCompletion(program: string, commands: readonly CompletedCommand[]): string {
  const below = commands.flatMap(({ path, commands: names }) => names.map(({ name }) => [...path, name].join(' ')))
  const name = `_${program.replace(/\W/g, '_')}`
  return `# bash completion for ${program}
#   source <(${program} completion bash)
${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command= words= kind= i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$command \${COMP_WORDS[i]}" in
      ${below.map((path) => quoted(` ${path}`)).join(' | ')})
        command="$command \${COMP_WORDS[i]}" ;;
    esac
  done
  # Readline splits --flag=value into three words.
  if [ "$current" = = ]; then current=
  elif [ "$previous" = = ] && [ "$COMP_CWORD" -gt 2 ]; then previous=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  case "$command|$previous" in
${commands.flatMap(flagCases).join('\n')}
    *)
      case "$command" in
${commands.map(commandCase).join('\n')}
      esac ;;
  esac
  # A file's name may hold spaces, a list of words doesn't.
  [ -z "$kind" ] || local IFS=$'\\n'
  case "$kind" in
    file) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")) ;;
    folder) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
  esac
}
complete -F ${name} ${program}
`
}

function flagCases({ path, flags }: CompletedCommand): readonly string[] {
  return flags.flatMap(({ names, value }) =>
    value === undefined
      ? []
      : `    ${names.map((name) => quoted(`${keyOf(path)}|${name}`)).join(' | ')}) ${assigned(value)} ;;`,
  )
}

function commandCase({ path, commands, flags, argument }: CompletedCommand): string {
  const flagNames = flags.flatMap(({ names }) => names).join(' ')
  const plain =
    argument === undefined ? `words=${quoted(commands.map(({ name }) => name).join(' '))}` : assigned(argument)
  return `        ${quoted(keyOf(path))}) case "$current" in -*) words=${quoted(flagNames)} ;; *) ${plain} ;; esac ;;`
}

function keyOf(path: readonly string[]): string {
  return path.map((word) => ` ${word}`).join('')
}

function assigned(value: CompletionValue): string {
  return value.kind === 'words' ? `words=${quoted(value.words.join(' '))}` : `kind=${value.kind}`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
