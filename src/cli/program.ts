import { Command } from '@commander-js/extra-typings'
import { certsCommand, checkCommand, makeCommand, showCommand } from './commands/certs.ts'
import { completionCommand } from './commands/completion.ts'
import { diffCommand } from './commands/diff.ts'
import { doctorCommand } from './commands/doctor.ts'
import { explainCommand } from './commands/explain.ts'
import { injectCommand } from './commands/inject.ts'
import { lintCommand } from './commands/lint.ts'
import { outdatedCommand } from './commands/outdated.ts'
import type { Program } from './commands/parts.ts'
import { playgroundCommand } from './commands/playground.ts'
import { precheckCommand } from './commands/precheck.ts'
import { reviewCommand } from './commands/review.ts'
import { serveCommand } from './commands/serve.ts'
import { generateCommand, listCommand, removeCommand, setCommand, tagCommand } from './commands/tag.ts'
import { testCommand } from './commands/test.ts'
import type { ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { version } from './version.ts'

/** The tree of commands. `end` receives the exit code of the one that ran; its modules are loaded when it runs. */
export function createProgram(io: Io, end: (code: ExitCode) => void): Program {
  const program = new Command('outrigger')
    .description(
      "Inject Istio's sidecar into Kubernetes pods, as a webhook or offline into manifests, and explain the result.",
    )
    .version(version, '--version', 'Print the version.')
    .helpOption('--help', 'Print help for a command.')
    .helpCommand('help [command]', 'Print help for a command.')
    .configureOutput({
      writeOut: io.stdout.write,
      writeErr: io.stderr.write,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({ showGlobalOptions: false })
    .showHelpAfterError('(run with --help for usage)')
    .exitOverride()
  serveCommand(program).action(async (flags) => {
    const { serve } = await import('./serve/run.ts')
    end(await serve(flags, io))
  })
  injectCommand(program).action(async (flags) => {
    const { injectFiles } = await import('./inject/run.ts')
    end(await injectFiles(flags, io))
  })
  reviewCommand(program).action(async (file, flags) => {
    const { reviewFile } = await import('./review/run.ts')
    end(await reviewFile(file, flags, io))
  })
  explainCommand(program).action(async (target, flags) => {
    const { explainTarget } = await import('./explain/run.ts')
    end(await explainTarget(target, flags, io))
  })
  addCerts(program, io, end)
  lintCommand(program).action(async (flags) => {
    const { lint } = await import('./lint/run.ts')
    end(await lint(flags, io))
  })
  precheckCommand(program).action(async (flags) => {
    const { precheck } = await import('./precheck/run.ts')
    end(await precheck(flags, io))
  })
  doctorCommand(program).action(async (flags) => {
    const { doctor } = await import('./doctor/run.ts')
    end(await doctor(flags, io))
  })
  diffCommand(program).action(async (flags) => {
    const { previewChanges } = await import('./diff/run.ts')
    end(await previewChanges(flags, io))
  })
  outdatedCommand(program).action(async (flags) => {
    const { listOutdated } = await import('./outdated/run.ts')
    end(await listOutdated(flags, io))
  })
  addTag(program, io, end)
  testCommand(program).action(async (folders, flags) => {
    const { testScenarios } = await import('./test/run.ts')
    end(await testScenarios(folders, flags, io))
  })
  playgroundCommand(program).action(async (flags) => {
    const { playground } = await import('./playground/run.ts')
    end(await playground(flags, io))
  })
  completionCommand(program).action(async (shell) => {
    const { printCompletion } = await import('./completion/print.ts')
    end(printCompletion(shell, program, io))
  })
  for (const command of program.commands) command.helpOption('--help', 'Print this help.')
  return program
}

function addCerts(program: Program, io: Io, end: (code: ExitCode) => void): void {
  const certs = certsCommand(program)
  makeCommand(certs).action(async (flags) => {
    const { makeCertificates } = await import('./certs/run.ts')
    end(await makeCertificates(flags, io))
  })
  showCommand(certs).action(async (flags) => {
    const { showCertificates } = await import('./certs/run.ts')
    end(await showCertificates(flags, io))
  })
  checkCommand(certs).action(async (flags) => {
    const { checkCertificates } = await import('./certs/run.ts')
    end(await checkCertificates(flags, io))
  })
}

function addTag(program: Program, io: Io, end: (code: ExitCode) => void): void {
  const tag = tagCommand(program)
  setCommand(tag).action(async (name, flags) => {
    const { setTag } = await import('./tag/set.ts')
    end(await setTag(name, flags, io))
  })
  generateCommand(tag).action(async (name, flags) => {
    const { generateTag } = await import('./tag/generate.ts')
    end(await generateTag(name, flags, io))
  })
  listCommand(tag).action(async (flags) => {
    const { printTags } = await import('./tag/list.ts')
    end(await printTags(flags, io))
  })
  removeCommand(tag).action(async (name, flags) => {
    const { removeTag } = await import('./tag/remove.ts')
    end(await removeTag(name, flags, io))
  })
}
