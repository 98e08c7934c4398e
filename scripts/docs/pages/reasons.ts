import { placeText } from '../../../src/explain/story/remedy-lines.ts'
import type { Story } from '../../../src/explain/story/story.ts'
import { examples } from '../../../src/injection/decide/examples.ts'
import { type Reason, type Result, reasons } from '../../../src/injection/model/reasons.ts'
import { table, yamlBlock } from '../markdown.ts'
import { runIn } from '../outrigger.ts'

const introduction = `Why a pod was injected, skipped or denied: the code that logs, metrics, audit annotations and every command have in common. The first
that applies decides: the host network, a system namespace, a mirror pod, an unknown policy, the pod's label, its annotation,
neverInjectSelector, alwaysInjectSelector, the policy. Faults of a pod are only checked if it is to be injected.

\`outrigger explain\` shows the reason of a pod and what precedes it: whether a webhook calls the injector at all
([revisions](revisions.md)). If none does, the pod is not injected, and each label that prevents it is listed. If the
injector itself fails, the result is \`failed\`: an HTTP error ([errors](errors.md)), and the webhook's \`failurePolicy\` decides.

The lines below each example are what \`outrigger explain\` prints for it, and were tried: they change the decision.
`

const headings: Readonly<Record<Result, string>> = {
  injected: 'The pod is injected',
  skipped: 'The pod is created without a sidecar',
  denied: 'The pod is not created',
}

/** docs/reasons.md below its title: every reason with its example, and what `outrigger explain` says would change it. */
export async function reasonsPage(): Promise<string> {
  const all = Object.keys(reasons).filter(isReason)
  const rows = all.map((reason) => [`[${reason}](#${reason})`, reasons[reason].result, reasons[reason].text])
  const sections = new Map(await Promise.all(all.map(async (reason) => [reason, await section(reason)] as const)))
  const parts = Object.entries(headings).map(([result, heading]) => {
    const some = all.filter((reason) => reasons[reason].result === result)
    return [`## ${heading}`, '', ...some.map((reason) => sections.get(reason))].join('\n')
  })
  return [introduction, table(['reason', 'result', 'because'], rows), '', parts.join('\n')].join('\n')
}

function isReason(key: string): key is Reason {
  return Object.hasOwn(reasons, key)
}

async function section(reason: Reason): Promise<string> {
  const { meaning, input, config } = examples[reason]
  const configuration = config === undefined ? [] : ['with the configuration', '', yamlBlock(config), '']
  const changes = changesText(await storyOf(reason))
  return [`### ${reason}`, '', meaning, '', yamlBlock(input), '', ...configuration, changes, ''].join('\n')
}

async function storyOf(reason: Reason): Promise<Story> {
  const { input, config } = examples[reason]
  const files = { 'web.yaml': input, ...(config !== undefined && { 'config.yaml': config }) }
  const flags = config === undefined ? [] : ['--config', 'config.yaml']
  const { stdout, stderr } = await runIn(files, ['explain', 'web.yaml', ...flags, '-o', 'json'])
  if (stdout === '') throw new Error(`the example of ${reason} can't be explained: ${stderr}`)
  const stories: readonly Story[] = JSON.parse(stdout)
  const [story, ...others] = stories
  if (story === undefined || others.length > 0) throw new Error(`the example of ${reason} has ${stories.length} pods`)
  return story
}

function changesText({ changes }: Story): string {
  return changes
    .map(({ text, lines }, index) => {
      const sentence = `${index === 0 ? 'To change it' : 'And'}: ${text}.`
      return [sentence, ...lines.map(lineText)].join('\n\n')
    })
    .join('\n\n')
}

function lineText(change: Story['changes'][number]['lines'][number]): string {
  if (change.form === 'shell') return `\`\`\`sh\n${change.line}\n\`\`\``
  const { file: _file, ...bare } = change
  return `${placeText(bare)}${change.value === null ? ', remove' : ''}:\n\n${yamlBlock(change.line)}`
}
