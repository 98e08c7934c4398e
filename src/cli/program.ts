import { Argument, Command, Option } from 'commander'
import { addConnection } from './cluster/flags.ts'
import { append, example } from './command-parts.ts'
import type { Shell } from './completion.ts'
import { addDiff } from './diff-command.ts'
import { addDoctor } from './doctor.ts'
import type { ExitCode } from './exit.ts'
import { addExplain } from './explain-command.ts'
import type { Io } from './io.ts'
import { addLint } from './lint/command.ts'
import { addOutdated } from './outdated.ts'
import { addPrecheck } from './precheck.ts'
import { limitNames } from './serve/options.ts'
import { addSettings } from './settings.ts'
import { addTag } from './tag.ts'
import { addTest } from './test.ts'
import { version } from './version.ts'

/** The tree of commands. `end` gets the exit code of the one that ran; what a command needs is loaded when it runs. */
export function createProgram(io: Io, end: (code: ExitCode) => void): Command {
  const program = new Command('outrigger')
    .description(
      "Injects Istio's sidecar into Kubernetes pods: as a webhook, offline into manifests, and able to say why.",
    )
    .version(version, '--version', 'Prints the version.')
    .helpOption('--help', 'Prints help for a command.')
    .helpCommand('help [command]', 'Prints help for a command.')
    .configureOutput({
      writeOut: io.stdout.write,
      writeErr: io.stderr.write,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({ showGlobalOptions: false })
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride()
  addServe(program, io, end)
  addInject(program, io, end)
  addReview(program, io, end)
  addExplain(program, io, end)
  addCerts(program, io, end)
  addLint(program, io, end)
  addPrecheck(program, io, end)
  addDoctor(program, io, end)
  addDiff(program, io, end)
  addOutdated(program, io, end)
  addTag(program, io, end)
  addTest(program, io, end)
  addCompletion(program, io, end)
  for (const command of program.commands) command.helpOption('--help', 'Prints this.')
  return program
}

function addServe(program: Command, io: Io, end: (code: ExitCode) => void): void {
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
  addConnection(command)
  example(addSettings(command), 'outrigger serve --config config.yaml --values values.yaml --mesh mesh.yaml')
  command.action(async (flags) => {
    const { serve } = await import('./serve.ts')
    end(await serve(flags, io))
  })
}

function addInject(program: Command, io: Io, end: (code: ExitCode) => void): void {
  const command = program
    .command('inject')
    .summary('inject manifests')
    .description(
      'Injects the workloads of manifests and prints the manifests; everything else in them stays as it is. ' +
        'Namespaces, Nodes and ProxyConfigs among them count as what is in the cluster.',
    )
    .requiredOption(
      '-f, --filename <file|dir|->',
      'A file, a folder of manifests, or - for standard input; can be repeated.',
      append,
    )
    .option('-R, --recursive', 'Folders with all that is below them.')
    .option('-n, --namespace <name>', 'The namespace of what names none.', 'default')
    .option('--path <path>', "The webhook's path, which carries settings.", '/inject')
    .addOption(
      new Option('-o, --output <format>', 'The form of the result; by default that of the input.').choices([
        'yaml',
        'json',
      ]),
    )
    .addOption(new Option('--diff', 'Prints what would be added, as a diff.').conflicts('output'))
    .addOption(new Option('--patch', 'Prints the JSON patch of each document that changes.').conflicts('diff'))
  addConnection(command)
  example(
    addSettings(command),
    'outrigger inject -f deployment.yaml | kubectl apply -f -',
    'outrigger inject -f manifests/ --diff',
  )
  command.action(async (flags) => {
    const { injectFiles } = await import('./inject.ts')
    end(await injectFiles(flags, io))
  })
}

function addReview(program: Command, io: Io, end: (code: ExitCode) => void): void {
  const command = program
    .command('review')
    .summary('answer an AdmissionReview as the webhook would')
    .description(
      'Prints what the webhook would answer to an AdmissionReview. A Pod or workload is wrapped in one first.',
    )
    .argument('<file|->', 'An AdmissionReview, a Pod or a workload, as JSON or YAML; - for standard input.')
    .option('--path <path>', "The webhook's path, which carries settings.", '/inject')
    .option('-n, --namespace <name>', 'The namespace of a Pod or workload that names none.', 'default')
    .option('--explain', 'Says in words what was decided and changed.')
    .addOption(new Option('-o, --output <format>', 'The form of the answer.').choices(['json', 'yaml']).default('json'))
  addConnection(command)
  example(addSettings(command), 'outrigger review review.json --path /inject/cluster/c1 --explain')
  command.action(async (file: string, flags) => {
    const { reviewFile } = await import('./review.ts')
    end(await reviewFile(file, flags, io))
  })
}

function addCerts(program: Command, io: Io, end: (code: ExitCode) => void): void {
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
      const { makeCertificates } = await import('./certs.ts')
      end(await makeCertificates(flags, io))
    })
  add('show', 'Prints what the certificates say.')
    .addOption(new Option('-o, --output <format>', 'The form.').choices(['table', 'json', 'yaml']).default('table'))
    .action(async (flags) => {
      const { showCertificates } = await import('./certs.ts')
      end(await showCertificates(flags, io))
    })
  add('check', 'Says whether they can serve; ends with 1 when not.')
    .option(...names, append)
    .action(async (flags) => {
      const { checkCertificates } = await import('./certs.ts')
      end(await checkCertificates(flags, io))
    })
}

function addCompletion(program: Command, io: Io, end: (code: ExitCode) => void): void {
  const command = program
    .command('completion')
    .summary('print a completion script for a shell')
    .description('Prints a script that completes commands, flags and their values in a shell.')
    .addArgument(new Argument('<shell>', 'The shell.').choices(['bash', 'zsh', 'fish']))
  example(command, 'source <(outrigger completion bash)', 'outrigger completion fish | source')
  command.action(async (shell: Shell) => {
    const { printCompletion } = await import('./completion.ts')
    end(printCompletion(shell, program, io))
  })
}
