import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { createProgram } from '../../../src/cli/program.ts'
import { settingFields } from '../../../src/config/settings.ts'
import { workloadKinds } from '../../../src/kubernetes/workloads/kinds.ts'
import { table } from '../markdown.ts'
import { silentIo } from '../outrigger.ts'

const head = `\`outrigger COMMAND\`. Every command has \`--help\`; \`-\` stands for standard input; a misspelt command or flag gets the nearest one.

Exit codes: 0 for success; 1 for findings (a denied pod, a document that can't be read, an invalid certificate); 2 for invalid
usage or an invalid configuration, with a message about what to do.

Results are written to standard output, everything else (notes, warnings, problems) to standard error. Colours are only used on
a terminal, and not if \`NO_COLOR\` is set.
`

const settingsText = `## Settings

All commands that inject take these flags, or a file \`outrigger.yaml\` with the same keys (\`docs/configuration.md\`): the one
given with \`--settings\`, else the one in the working directory. A flag overrides the file; \`--set\` is applied after the file's.
`

/** Notes below the tables of flags. */
const notes: Readonly<Record<string, readonly string[]>> = {
  inject: [
    `Pods, ${workloadKinds.map(({ kind }) => `${kind}s`).join(', ')}, and Lists of them are injected.`,
    'Comments, quotes and the order of documents stay; a document that has to be rewritten (its anchors are',
    'resolved first, which is sometimes not sufficient) loses its comments, never its meaning. Unreadable documents and denied pods stay',
    'unchanged, are reported with file and line, and do not prevent the injection of the others.',
    '',
    '`--patch` of one document with pods is the JSON patch itself, as `kubectl patch --type=json` takes it; of several it is a list of `{file, line,',
    'object, patch}`. `-o json` of several documents is a List.',
    '',
    "The labels and annotations of a CronJob's pods are written to `spec.jobTemplate.metadata`, as by Istio's kube-inject, with a warning:",
    'there they have no effect on the pods. If `spec.jobTemplate.spec.template.metadata` has a label or annotation, they are written there.',
  ],
  explain: [
    'It exits with 1 if a pod is not injected, or would not be. The output of `-o json` is described in [explain](explain.md), the reasons in',
    '[reasons](reasons.md). Without a cluster, its state is read from the file and from `-f`; assumptions about missing objects are reported.',
  ],
  serve: [
    'After a first signal the server is not ready, serves for `--drain-delay`, and finishes requests in flight (exit code 0); a second one',
    'stops it immediately (exit code 1). Configuration and certificate files are watched; after an invalid change the last valid one is kept.',
  ],
}

/** docs/commands.md below its title: the tree of commands. */
export function commandsPage(): string {
  const program = createProgram(silentIo, () => undefined)
  const leaves = program.commands.flatMap((command) => (command.commands.length > 0 ? command.commands : [command]))
  const index = leaves.map((command) => [`[\`${nameOf(command)}\`](#${anchorOf(command)})`, firstSentence(command)])
  return [
    head,
    table(['command', 'does'], index),
    '',
    ...leaves.map(section),
    settingsText,
    names(Object.values(settingFields).map(({ flag, text }) => [flag, text] as const)),
    '',
  ].join('\n')
}

function section(command: CommandUnknownOpts): string {
  const own = command.options.filter((option) => option.helpGroupHeading !== 'Settings:')
  const hasSettings = own.length < command.options.length
  const args = command.registeredArguments.map((argument) => [`<${argument.name()}>`, argument.description] as const)
  return [
    `## ${nameOf(command)}`,
    '',
    command.description(),
    '',
    ...(args.length > 0 ? [names(args), ''] : []),
    ...(own.length > 0 ? [names(own.map((option) => [option.flags, optionText(option)] as const)), ''] : []),
    ...(notes[command.name()] ?? []),
    ...(notes[command.name()] === undefined ? [] : ['']),
    ...(hasSettings ? ['And the [settings](#settings).', ''] : []),
    '```sh',
    ...examples(command),
    '```',
    '',
  ].join('\n')
}

/** A table without a head: flags or arguments, and what they mean. */
function names(rows: readonly (readonly [string, string])[]): string {
  return table(
    ['', ''],
    rows.map(([name, text]) => [`\`${name}\``, text]),
  )
}

function optionText({ description, argChoices, defaultValue }: Option): string {
  const choices = argChoices === undefined ? '' : ` One of ${argChoices.map((one) => `\`${one}\``).join(', ')}.`
  return `${description}${choices}${typeof defaultValue === 'string' ? ` By default \`${defaultValue}\`.` : ''}`
}

/** The lines that \`--help\` shows as examples. */
function examples(command: CommandUnknownOpts): readonly string[] {
  let help = ''
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp()
  return help.split('\n').flatMap((line) => (line.startsWith('  $ ') ? [line.slice(4)] : []))
}

function nameOf(command: CommandUnknownOpts): string {
  const parent = command.parent?.parent === null ? '' : `${command.parent?.name()} `
  return `outrigger ${parent}${command.name()}`
}

function anchorOf(command: CommandUnknownOpts): string {
  return nameOf(command).replaceAll(' ', '-')
}

function firstSentence(command: CommandUnknownOpts): string {
  return `${command.description().split('. ')[0]}`.replace(/\.?$/, '.')
}
