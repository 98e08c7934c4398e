import { Option } from '@commander-js/extra-typings'
import type { ExitCode } from '../exit.ts'
import type { Io } from '../io.ts'
import { append, example, type FlagsOf, type Program } from './parts.ts'

/** Adds `outrigger certs`. */
export function addCerts(program: Program, io: Io, end: (code: ExitCode) => void): void {
  const certs = program
    .command('certs')
    .summary('make, show or check development certificates')
    .description(
      'Certificates for development: a CA and a certificate for localhost, made on first use by `serve`, too.',
    )
    .helpOption('--help', 'Prints this.')
    .helpCommand(false)
  const make = defineNamed(certs, 'make', 'Makes what is missing, has expired or is about to.')
  make.action(async (flags) => {
    const { makeCertificates } = await import('../certs/run.ts')
    end(await makeCertificates(flags, io))
  })
  const show = defineShow(certs)
  show.action(async (flags) => {
    const { showCertificates } = await import('../certs/run.ts')
    end(await showCertificates(flags, io))
  })
  const check = defineNamed(certs, 'check', 'Says whether they can serve; ends with 1 when not.')
  check.action(async (flags) => {
    const { checkCertificates } = await import('../certs/run.ts')
    end(await checkCertificates(flags, io))
  })
  for (const command of [make, show, check]) example(command, `outrigger certs ${command.name()} --dir certs`)
}

/** What the flags of `outrigger certs make` and `check` gave. */
export type NamedFlags = FlagsOf<typeof defineNamed>

/** What the flags of `outrigger certs show` gave. */
export type ShowFlags = FlagsOf<typeof defineShow>

function define(certs: Program, name: string, text: string) {
  return certs
    .command(name)
    .description(text)
    .option('--dir <folder>', 'The folder that holds them.', 'certs')
    .helpOption('--help', 'Prints this.')
}

function defineNamed(certs: Program, name: 'make' | 'check', text: string) {
  const names = 'A name or IP address that it must be for, too; can be repeated.'
  return define(certs, name, text).option('--name <name>', names, append)
}

function defineShow(certs: Program) {
  return define(certs, 'show', 'Prints what the certificates say.').addOption(
    new Option('-o, --output <format>', 'The form.').choices(['table', 'json', 'yaml']).default('table'),
  )
}
