import { Option } from '@commander-js/extra-typings'
import { defaultTag } from '../../istio/revisions/names.ts'
import { addConnection } from '../cluster/flags.ts'
import { limitNames } from '../serve/options.ts'
import { addSettings } from '../settings.ts'
import { append, example, type FlagsOf, type Program } from './parts.ts'

/** Adds `outrigger serve`. */
export function serveCommand(program: Program) {
  const command = program
    .command('serve')
    .summary('serve the webhook')
    .description('Serve the webhook over HTTPS, and metrics and health over HTTP, until SIGTERM or SIGINT.')
    .option('--port <port>', 'The port of the webhook; 0 picks a free one.', '15017')
    .option('--monitoring-port <port>', 'The port of metrics and health.', '15014')
    .option('--host <address>', 'Listen on this address only.')
    .option(
      '--tag <name>',
      "Outrigger's own tag of istiod's revision, as its webhook configurations have it.",
      defaultTag,
    )
    .addOption(
      new Option(
        '--tls <mode>',
        'Where the certificate comes from: created for development, read from files, or signed by a CA that all replicas ' +
          'in the cluster share. managed is the default in a pod.',
      ).choices(['dev', 'files', 'managed']),
    )
    .option(
      '--tls-cert <file>',
      'The certificate file, watched for changes; implies --tls files together with --tls-key.',
    )
    .option('--tls-key <file>', 'The key file of the certificate.')
    .option('--tls-ca <file>', 'The file of the CA that signed the certificate.')
    .option('--tls-name <name>', 'A DNS name of the webhook, for the certificate; can be repeated.', append)
    .option('--certs-dir <folder>', 'The folder of development certificates.', 'certs')
    .option('--service-name <name>', 'With --tls managed: the Service that the webhook configurations refer to.')
    .option('--ca-secret <name>', 'With --tls managed: the Secret of the CA; by default outrigger-ca.')
    .option('--no-manage-ca-bundle', 'With --tls managed: do not write the caBundle of webhook configurations.')
    .option('--client-ca <file>', 'Require client certificates signed by this CA; the file is watched for changes.')
    .option('--client-names <names>', 'Names of which a client certificate must have one, separated by commas.')
    .addOption(
      new Option(
        '--cluster <mode>',
        'Whether to connect to a cluster; auto connects in a pod, or if a flag or KUBECONFIG names a cluster.',
      )
        .choices(['auto', 'on', 'off'])
        .default('auto')
        .helpGroup('Cluster:'),
    )
    .option('--startup-timeout <time>', 'How long to wait for the cluster and its ConfigMaps at startup.', '60s')
    .option('--drain-delay <time>', 'How long to keep serving after a signal, while reporting not ready.', '5s')
    .option(
      '--limit <name=number>',
      `Set a limit: ${limitNames.join(', ')}; times are in milliseconds. Can be repeated.`,
      append,
    )
    .addOption(
      new Option('--log-format <format>', 'The log format; by default text on a terminal, else json.').choices([
        'json',
        'text',
      ]),
    )
    .addOption(
      new Option('--log-level <level>', 'The minimum level to log.')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('info'),
    )
  return example(
    addSettings(addConnection(command)),
    'outrigger serve --config config.yaml --values values.yaml --mesh mesh.yaml',
  )
}

/** The parsed flags of `outrigger serve`. */
export type ServeFlags = FlagsOf<typeof serveCommand>
