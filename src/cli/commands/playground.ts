import { Option } from '@commander-js/extra-typings'
import { addConnection } from '../cluster/flags.ts'
import { addSettings } from '../settings.ts'
import { append, example, type FlagsOf, type Program } from './parts.ts'

/** Adds `outrigger playground`. */
export function playgroundCommand(program: Program) {
  const command = program
    .command('playground')
    .summary('serve a page that shows what injection does')
    .description(
      'Serve a page, on this machine only, that injects a workload while it is typed and shows where each line comes from. ' +
        'Everything runs in the browser: no data leaves it. Runs until SIGINT or SIGTERM.',
    )
    .option('--port <port>', 'The port; 0 picks a free one.', '8080')
    .addOption(
      new Option(
        '-f, --filename <file|dir|->',
        'Workloads to start with: a file, a folder, or - for standard input; can be repeated.',
      ).argParser(append),
    )
    .option('-R, --recursive', 'Read folders recursively.')
    .option('-n, --namespace <name>', 'The namespace of workloads that set none.')
  return example(
    addSettings(addConnection(command)),
    'outrigger playground',
    'outrigger playground -f deployment.yaml --from-cluster',
  )
}

/** The parsed flags of `outrigger playground`. */
export type PlaygroundFlags = FlagsOf<typeof playgroundCommand>
