import { ListenError, listen } from '../../webhook/server/listen.ts'
import type { PlaygroundFlags } from '../commands/playground.ts'
import { CliError, type ExitCode, exit } from '../exit.ts'
import type { Io } from '../io.ts'
import { portOf } from '../serve/options.ts'
import { initialState } from './initial.ts'
import { readPage } from './page.ts'
import { createPageServer } from './server.ts'

const host = '127.0.0.1'

/** `outrigger playground`: serves the page until a signal. Throws CliError and ConfigError for invalid input. */
export async function playground(flags: PlaygroundFlags, io: Io): Promise<ExitCode> {
  const port = portOf('--port', flags.port)
  const page = await readPage()
  const initial = await initialState(flags, io)
  const server = createPageServer(page, initial)
  try {
    const bound = await listen(server, { host, port }, 'the playground')
    io.stdout.write(`The playground is at http://localhost:${bound}/ (Ctrl+C to stop)\n`)
  } catch (error) {
    throw error instanceof ListenError ? new CliError(error.message) : error
  }
  await new Promise<void>((resolve) => {
    const forget = io.onSignal(() => {
      forget()
      server.close(() => resolve())
      server.closeAllConnections()
    })
  })
  return exit.success
}
