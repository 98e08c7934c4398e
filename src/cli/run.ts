import { CommanderError } from '@commander-js/extra-typings'
import { ConfigError } from '../config/faults.ts'
import { CliError, type ExitCode, exit } from './exit.ts'
import { type Io, printable } from './io.ts'
import { createProgram } from './program.ts'

/**
 * Runs the command line. `argv` is what follows the program's name. Returns the exit code: 0 for success, 1 for
 * findings, 2 for invalid usage or input. Throws only errors of the program itself.
 */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = exit.success
  const program = createProgram(io, (result) => {
    code = result
  })
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    // Commander has printed the error; --help and --version exit with 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.success : exit.error
    if (!(error instanceof CliError) && !(error instanceof ConfigError)) throw error
    io.stderr.write(printable(`outrigger: ${error.message}\n`))
    return exit.error
  }
}
