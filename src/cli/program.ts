import { Command } from '@commander-js/extra-typings'
import { addCerts } from './commands/certs.ts'
import { addCompletion } from './commands/completion.ts'
import { addDiff } from './commands/diff.ts'
import { addDoctor } from './commands/doctor.ts'
import { addExplain } from './commands/explain.ts'
import { addInject } from './commands/inject.ts'
import { addLint } from './commands/lint.ts'
import { addOutdated } from './commands/outdated.ts'
import type { Program } from './commands/parts.ts'
import { addPlayground } from './commands/playground.ts'
import { addPrecheck } from './commands/precheck.ts'
import { addReview } from './commands/review.ts'
import { addServe } from './commands/serve.ts'
import { addTag } from './commands/tag.ts'
import { addTest } from './commands/test.ts'
import type { ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { version } from './version.ts'

/** The tree of commands. `end` gets the exit code of the one that ran; what a command needs is loaded when it runs. */
export function createProgram(io: Io, end: (code: ExitCode) => void): Program {
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
  addPlayground(program, io, end)
  addCompletion(program, io, end)
  for (const command of program.commands) command.helpOption('--help', 'Prints this.')
  return program
}
