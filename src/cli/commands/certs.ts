import { Option } from '@commander-js/extra-typings'
import { append, example, type FlagsOf, type Program } from './parts.ts'

/** Adds `outrigger certs`, which has commands of its own. */
export function certsCommand(program: Program): Program {
  return program
    .command('certs')
    .summary('make, show or check development certificates')
    .description(
      'Certificates for development: a CA and a certificate for localhost, made on first use by `serve`, too.',
    )
    .helpOption('--help', 'Prints this.')
    .helpCommand(false)
}

/** Adds `outrigger certs make`. */
export function makeCommand(certs: Program) {
  return withNames(define(certs, 'make', 'Makes what is missing, has expired or is about to.'))
}

/** Adds `outrigger certs show`. */
export function showCommand(certs: Program) {
  return define(certs, 'show', 'Prints what the certificates say.').addOption(
    new Option('-o, --output <format>', 'The form.').choices(['table', 'json', 'yaml']).default('table'),
  )
}

/** Adds `outrigger certs check`. */
export function checkCommand(certs: Program) {
  return withNames(define(certs, 'check', 'Says whether they can serve; ends with 1 when not.'))
}

/** What the flags of `outrigger certs make` and `check` gave. */
export type NamedFlags = FlagsOf<typeof withNames>

/** What the flags of `outrigger certs show` gave. */
export type ShowFlags = FlagsOf<typeof showCommand>

function define(certs: Program, name: string, text: string) {
  const command = certs
    .command(name)
    .description(text)
    .option('--dir <folder>', 'The folder that holds them.', 'certs')
    .helpOption('--help', 'Prints this.')
  return example(command, `outrigger certs ${name} --dir certs`)
}

function withNames(command: ReturnType<typeof define>) {
  return command.option('--name <name>', 'A name or IP address that it must be for, too; can be repeated.', append)
}
