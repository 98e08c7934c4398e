import { CliError } from './exit.ts'
import { type Io, printable } from './io.ts'

/**
 * Asks a question that `y` or `yes` affirms; all else declines, and so does the end of the input. `yes` is the flag that
 * answers it beforehand. Throws CliError where nobody can be asked: nothing is ever taken for granted in a script.
 */
export async function confirm(question: string, yes: boolean, io: Io): Promise<boolean> {
  if (yes) return true
  if (io.canAsk !== true) {
    throw new CliError(
      `${question} Nobody can be asked, as the standard input is not a terminal: --yes confirms it; nothing was changed`,
    )
  }
  io.stderr.write(printable(`${question} [y/N] `))
  return /^(y|yes)$/i.test((await readLine(io)).trim())
}

/** The next line of the standard input, which can't be read further afterwards; what there is where it ends without one. */
async function readLine(io: Io): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of io.stdin) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    // Whoever types more than this doesn't answer a question.
    if (text.includes('\n') || text.length > 1000) break
  }
  return text.split('\n')[0] ?? ''
}
