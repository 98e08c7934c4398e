import { Option } from '@commander-js/extra-typings'
import { addConnection } from '../cluster/flags.ts'
import { limitNames } from '../serve/options.ts'
import { addSettings } from '../settings.ts'
import { append, example, type FlagsOf, type Program } from './parts.ts'

/** Adds `outrigger serve`. */
export function serveCommand(program: Program) {
  const command = program
    .command('serve')
    .summary('serve the webhook')
    .description('Serves the webhook over HTTPS, and metrics and health over HTTP, until SIGTERM or SIGINT.')
    .option('--port <port>', 'The port of the webhook; 0 takes a free one.', '15017')
    .option('--monitoring-port <port>', 'The port of metrics and health.', '15014')
    .option('--host <address>', 'Listens on this address only.')
    .addOption(
      new Option(
        '--tls <mode>',
        'Makes a certificate for development, takes it from files, or signs it with a CA that all replicas share in a cluster; managed is the default in a pod.',
      ).choices(['dev', 'files', 'managed']),
    )
    .option('--tls-cert <file>', 'The certificate, watched for changes; with --tls-key it means --tls files.')
    .option('--tls-key <file>', 'Its key.')
    .option('--tls-ca <file>', 'The CA that signed it.')
    .option('--tls-name <name>', 'A name by which the webhook is called, for the certificate; can be repeated.', append)
    .option('--certs-dir <folder>', 'The folder of development certificates.', 'certs')
    .option('--service-name <name>', 'With --tls managed: the Service that webhook configurations call.')
    .option('--ca-secret <name>', 'With --tls managed: the Secret of the CA, by default outrigger-ca[-REVISION].')
    .option('--no-manage-ca-bundle', 'With --tls managed: leaves the caBundle of webhook configurations alone.')
    .option('--client-ca <file>', 'Clients must show a certificate of this CA; watched for changes.')
    .option('--client-names <names>', 'That certificate must have one of these names, joined by commas.')
    .addOption(
      new Option('--cluster <mode>', 'Whether it serves a cluster: auto where it runs in one, or something names one.')
        .choices(['auto', 'on', 'off'])
        .default('auto')
        .helpGroup('Cluster:'),
    )
    .option('--startup-timeout <time>', 'How long to wait for the cluster and its ConfigMaps at the start.', '60s')
    .option('--drain-delay <time>', 'How long to go on serving after a signal, not ready any more.', '5s')
    .option(
      '--limit <name=number>',
      `Changes a limit: ${limitNames.join(', ')}; times are in milliseconds. Can be repeated.`,
      append,
    )
    .addOption(
      new Option('--log-format <format>', 'The form of the log; by default text on a terminal.').choices([
        'json',
        'text',
      ]),
    )
    .addOption(
      new Option('--log-level <level>', 'What is logged.').choices(['debug', 'info', 'warn', 'error']).default('info'),
    )
  return example(
    addSettings(addConnection(command)),
    'outrigger serve --config config.yaml --values values.yaml --mesh mesh.yaml',
  )
}

/** What the flags of `outrigger serve` gave. */
export type ServeFlags = FlagsOf<typeof serveCommand>
