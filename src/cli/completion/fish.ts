import type { CompletedCommand, CompletedFlag } from './model.ts'

/** A completion script for fish: `~/.config/fish/completions/PROGRAM.fish`. */
export function fishCompletion(program: string, commands: readonly CompletedCommand[]): string {
  const at = `__${program.replace(/\W/g, '_')}_at`
  const below = commands.flatMap(({ path, commands: names }) => names.map(({ name }) => [...path, name].join(' ')))
  const lines = commands.flatMap(({ path, commands: names, flags, argument }) => {
    const when = `complete -c ${program} -n ${quoted(`${at} ${quoted(path.join(' '))}`)}`
    const plain =
      argument?.kind === 'words'
        ? [`${when} -a ${quoted(argument.words.join(' '))}`]
        : argument?.kind === 'file' || argument?.kind === 'folder'
          ? [`${when} -F`]
          : []
    return [
      ...names.map(({ name, text }) => `${when} -a ${quoted(name)} -d ${quoted(text)}`),
      ...flags.map((flag) => `${when} ${flagWords(flag)} -d ${quoted(flag.text)}`),
      ...plain,
    ]
  })
  return `# fish completion for ${program}
#   ${program} completion fish | source
function ${at} --description 'Whether the command line selects this command'
  set -l command
  for word in (commandline -opc)[2..]
    if contains -- (string join ' ' -- $command $word) ${below.map(quoted).join(' ')}
      set -a command $word
    end
  end
  test "$command" = "$argv[1]"
end
complete -c ${program} -f
${lines.join('\n')}
`
}

function flagWords({ names, value }: CompletedFlag): string {
  const words = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
  if (value === undefined) return words.join(' ')
  if (value.kind === 'words') return [...words, '-x', '-a', quoted(value.words.join(' '))].join(' ')
  return [...words, value.kind === 'any' ? '-x' : '-r -F'].join(' ')
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}
