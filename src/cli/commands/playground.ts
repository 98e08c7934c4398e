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
      'Serves a page on this machine only, in which a workload is injected as it is typed, and each line tells where it comes from. ' +
        'The browser does it all: nothing leaves it. Runs until SIGINT or SIGTERM.',
    )
    .option('--port <port>', 'The port; 0 takes a free one.', '8080')
    .addOption(
      new Option(
        '-f, --filename <file|dir|->',
        'Workloads to begin with: a file, a folder, or - for standard input; can be repeated.',
      ).argParser(append),
    )
    .option('-R, --recursive', 'Folders with all that is below them.')
    .option('-n, --namespace <name>', 'The namespace of workloads that name none.')
  return example(
    addSettings(addConnection(command)),
    'outrigger playground',
    'outrigger playground -f deployment.yaml --from-cluster',
  )
}

/** What the flags of `outrigger playground` gave. */
export type PlaygroundFlags = FlagsOf<typeof playgroundCommand>
