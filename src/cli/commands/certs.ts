import { Option } from '@commander-js/extra-typings'
import { append, example, type FlagsOf, type Program } from './parts.ts'

/** Adds `outrigger certs`, which has subcommands. */
export function certsCommand(program: Program): Program {
  return program
    .command('certs')
    .summary('create, show or check development certificates')
    .description(
      'Manage certificates for development: a CA and a certificate for localhost. `serve` creates them on first use.',
    )
    .helpOption('--help', 'Print this help.')
    .helpCommand(false)
}

/** Adds `outrigger certs make`. */
export function makeCommand(certs: Program) {
  return withNames(define(certs, 'make', 'Create the certificates that are missing, expired or about to expire.'))
}

/** Adds `outrigger certs show`. */
export function showCommand(certs: Program) {
  return define(certs, 'show', 'Print the names, issuers and validity of the certificates.').addOption(
    new Option('-o, --output <format>', 'The output format.').choices(['table', 'json', 'yaml']).default('table'),
  )
}

/** Adds `outrigger certs check`. */
export function checkCommand(certs: Program) {
  return withNames(
    define(certs, 'check', 'Check that the webhook can serve with the certificates; exit with 1 if not.'),
  )
}

/** The parsed flags of `outrigger certs make` and `check`. */
export type NamedFlags = FlagsOf<typeof withNames>

/** The parsed flags of `outrigger certs show`. */
export type ShowFlags = FlagsOf<typeof showCommand>

function define(certs: Program, name: string, text: string) {
  const command = certs
    .command(name)
    .description(text)
    .option('--dir <folder>', 'The folder of the certificates.', 'certs')
    .helpOption('--help', 'Print this help.')
  return example(command, `outrigger certs ${name} --dir certs`)
}

function withNames(command: ReturnType<typeof define>) {
  return command.option(
    '--name <name>',
    'An additional name or IP address that the certificate must be valid for; can be repeated.',
    append,
  )
}
