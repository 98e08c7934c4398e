import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { createProgram } from '../../../src/cli/program.ts'
import { settingFields } from '../../../src/config/settings.ts'
import { workloadKinds } from '../../../src/kubernetes/workloads/kinds.ts'
import { table } from '../markdown.ts'
import { silentIo } from '../outrigger.ts'

const head = `\`outrigger COMMAND\`. Every command has \`--help\`; \`-\` stands for standard input; a misspelt command or flag gets the nearest one.

Exit codes: 0 good; 1 something was found (a pod that is denied, a document that can't be read, a certificate that can't serve);
2 wrong use, or a configuration that can't serve, with a sentence about what to do.

Results go to the standard output, all else (notes, warnings, problems) to the error output. Colours appear on a terminal only, and
not where \`NO_COLOR\` is set.
`

const settingsText = `## Settings

All commands that inject take these flags, or a file \`outrigger.yaml\` with keys of the same meaning (\`docs/configuration.md\`): the one
that \`--settings\` names, else the one in the working folder. A flag wins over the file; \`--set\` comes after the file's.
`

/** What a table of flags can't say. */
const notes: Readonly<Record<string, readonly string[]>> = {
  inject: [
    `Pods, ${workloadKinds.map(({ kind }) => `${kind}s`).join(', ')}, and Lists of them are injected.`,
    'Comments, quotes and the order of documents stay; a document that has to be written anew (its anchors are',
    'resolved first, and sometimes that is not enough) loses its comments, never its meaning. A document that can not be read and a pod that',
    'is denied stay as they are, are named with file and line, and do not keep the others from being injected.',
    '',
    '`--patch` of one document with pods is the JSON patch itself, as `kubectl patch --type=json` takes it; of several it is a list of `{file, line,',
    'object, patch}`. `-o json` of several documents is a List.',
    '',
    "The labels and annotations of a CronJob's pods go where Istio's kube-inject puts them, into `spec.jobTemplate.metadata`, with a warning:",
    'from there they do not reach the pods. Where `spec.jobTemplate.spec.template.metadata` has a label or an annotation, they go there.',
  ],
  explain: [
    'It ends with 1 when a pod is not injected, or would not be. What `-o json` gives is described in [explain](explain.md), the reasons in',
    '[reasons](reasons.md). Where no cluster is named, the file itself and what `-f` names stand for it; what they lack is assumed, and said.',
  ],
  serve: [
    'A first signal makes the server not ready, lets it serve for `--drain-delay`, and then finish what is in flight (exit code 0); a second one',
    'ends it at once (exit code 1). Files of the configuration and of the certificate are watched; what can not serve leaves the last good one.',
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
