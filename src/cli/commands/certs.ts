import { type Command, Option } from 'commander'
import type { ExitCode } from '../exit.ts'
import type { Io } from '../io.ts'
import { append, example } from './parts.ts'

/** Adds `outrigger certs`. */
export function addCerts(program: Command, io: Io, end: (code: ExitCode) => void): void {
  const certs = program
    .command('certs')
    .summary('make, show or check development certificates')
    .description(
      'Certificates for development: a CA and a certificate for localhost, made on first use by `serve`, too.',
    )
    .helpOption('--help', 'Prints this.')
    .helpCommand(false)
  const add = (name: string, text: string) =>
    example(
      certs
        .command(name)
        .description(text)
        .option('--dir <folder>', 'The folder that holds them.', 'certs')
        .helpOption('--help', 'Prints this.'),
      `outrigger certs ${name} --dir certs`,
    )
  const names = ['--name <name>', 'A name or IP address that it must be for, too; can be repeated.'] as const
  add('make', 'Makes what is missing, has expired or is about to.')
    .option(...names, append)
    .action(async (flags) => {
      const { makeCertificates } = await import('../certs/run.ts')
      end(await makeCertificates(flags, io))
    })
  add('show', 'Prints what the certificates say.')
    .addOption(new Option('-o, --output <format>', 'The form.').choices(['table', 'json', 'yaml']).default('table'))
    .action(async (flags) => {
      const { showCertificates } = await import('../certs/run.ts')
      end(await showCertificates(flags, io))
    })
  add('check', 'Says whether they can serve; ends with 1 when not.')
    .option(...names, append)
    .action(async (flags) => {
      const { checkCertificates } = await import('../certs/run.ts')
      end(await checkCertificates(flags, io))
    })
}
