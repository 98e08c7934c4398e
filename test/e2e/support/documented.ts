import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A section of a page as someone who follows it types it. */
export interface DocumentedStep {
  readonly title: string
  /** Lines of the section's code blocks, those that are continued joined; without blank ones and comments. */
  readonly commands: readonly string[]
  /** Likewise, of the blocks behind a line that starts with `Undo`. */
  readonly undo: readonly string[]
}

/** The sections of a page of the repository that have commands. Blocks of a language other than sh are no commands. */
export function readSteps(page: string): readonly DocumentedStep[] {
  const text = readFileSync(fileURLToPath(new URL(`../../../${page}`, import.meta.url)), 'utf8')
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [before = '', ...behind] = section.split(/^Undo\b.*:$/m)
      return {
        title: section.slice(0, section.indexOf('\n')),
        commands: commandsIn(before),
        undo: behind.flatMap(commandsIn),
      }
    })
    .filter(({ commands }) => commands.length > 0)
}

function commandsIn(text: string): readonly string[] {
  const blocks = [...text.matchAll(/^```(?:sh)?\n(.*?)^```$/gms)].map(([, block = '']) => block)
  return blocks
    .flatMap((block) => block.replaceAll(/\\\n\s*/g, '').split('\n'))
    .filter((line) => line !== '' && !line.startsWith('#'))
}
