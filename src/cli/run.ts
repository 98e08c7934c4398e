import { CommanderError } from '@commander-js/extra-typings'
import { ConfigError } from '../config/faults.ts'
import { CliError, type ExitCode, exit } from './exit.ts'
import { type Io, printable } from './io.ts'
import { createProgram } from './program.ts'

/**
 * Runs the command line. `argv` is what follows the program's name. Gives the exit code: 0 good, 1 found something,
 * 2 wrong use or fault. Throws only what is a fault of the program itself.
 */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = exit.good
  const program = createProgram(io, (result) => {
    code = result
  })
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    // Commander has said what is wrong; help and version end with 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.good : exit.wrong
    if (!(error instanceof CliError) && !(error instanceof ConfigError)) throw error
    io.stderr.write(printable(`outrigger: ${error.message}\n`))
    return exit.wrong
  }
}
