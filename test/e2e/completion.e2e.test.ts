import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, describe, expect, inject, test } from 'vitest'

/* What three real shells offer when the script of `outrigger completion` is loaded. Needs bash, zsh and fish. */

const folder = mkdtempSync(join(tmpdir(), 'outrigger-completion-'))
afterAll(() => rmSync(folder, { recursive: true }))

const scripts = Object.fromEntries(
  ['bash', 'zsh', 'fish'].map((shell) => {
    const file = join(folder, `completion.${shell}`)
    writeFileSync(file, execFileSync(process.execPath, [inject('outrigger'), 'completion', shell]))
    return [shell, file]
  }),
)

const run = (command: string, ...args: readonly string[]) =>
  execFileSync(command, args, { encoding: 'utf8', cwd: folder })

// Each gives what the shell offers at the end of a line.
const offers: Readonly<Record<string, (line: string) => string>> = {
  bash: (line) =>
    run(
      'bash',
      '-c',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is bash's
      'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _outrigger; printf "%s\\n" "${COMPREPLY[@]}"',
      'bash',
      scripts['bash'] ?? '',
      ...line.split(' '),
    ),
  fish: (line) => run('fish', '-c', 'source $argv[1]; complete -C $argv[2]', scripts['fish'] ?? '', line),
  // Only a zsh that reads from a terminal completes, so it gets one.
  zsh: (line) =>
    run(
      'zsh',
      '-f',
      '-c',
      `zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PROMPT=; autoload -Uz compinit; compinit -D -u; source $1; bindkey '^I' list-choices; print LOA''DED"
zpty -r shell seen '*LOADED*'
zpty -n -w shell "$2"$'\\t'
for attempt in {1..30}; do
  sleep 0.1
  while zpty -r -t shell seen; do print -r -- "$seen"; done
done`,
      'zsh',
      scripts['zsh'] ?? '',
      line,
    ),
}

describe.each(Object.entries(offers))('%s', (_, offered) => {
  test.each([
    ['outrigger ser', ['serve']],
    ['outrigger certs ', ['make', 'show', 'check']],
    ['outrigger certs make --d', ['--dir']],
    ['outrigger serve --log-format ', ['json', 'text']],
    ['outrigger completion ', ['bash', 'zsh', 'fish']],
  ])('offers for "%s" %j', (line, expected) => {
    const words = stripVTControlCharacters(offered(line)).split(/\s+/)
    for (const word of expected) expect(words).toContain(word)
  })

  test('offers files where a flag takes one', () => {
    writeFileSync(join(folder, 'my-values.yaml'), '')
    expect(offered('outrigger inject --values my-')).toContain('my-values.yaml')
  })
})
