import { CliError } from './exit.ts'
import { type Io, printable } from './io.ts'

/**
 * Asks for confirmation: `y` or `yes` confirms; anything else, or the end of the input, declines. `yes` is the flag that
 * confirms in advance. Throws CliError if the standard input is not a terminal: a script must pass the flag.
 */
export async function confirm(question: string, yes: boolean, io: Io): Promise<boolean> {
  if (yes) return true
  if (io.isInteractive !== true) {
    throw new CliError(`${question} Standard input is not a terminal: confirm with --yes; nothing was changed`)
  }
  io.stderr.write(printable(`${question} [y/N] `))
  return /^(y|yes)$/i.test((await readLine(io)).trim())
}

/** The next line of the standard input, or the rest of it. The input can't be read any further afterwards. */
async function readLine(io: Io): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of io.stdin) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    // Longer input is not an answer.
    if (text.includes('\n') || text.length > 1000) break
  }
  return text.split('\n')[0] ?? ''
}
