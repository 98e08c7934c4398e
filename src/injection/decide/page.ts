import { type Reason, type Result, reasons } from '../model/reasons.ts'
import { examples } from './examples.ts'

const introduction = `# Reasons

<!-- Made from the table of reasons: REFRESH_GOLDEN=1 npx vitest run test/cli/explain writes it. -->

Why a pod was injected, skipped or denied: the code that logs, metrics, audit annotations and every command have in common. The first
that applies decides: the host network, a system namespace, a mirror pod, an unknown policy, the pod's label, its annotation,
neverInjectSelector, alwaysInjectSelector, the policy. What is wrong with a pod is only looked for where it is to be injected.

\`outrigger explain\` tells the reason of a pod together with what comes before it: whether a webhook calls the injector at all
([revisions](revisions.md)). Where none does the pod is not injected, and each label that stands in the way is named. Where the
injector itself fails the result is \`failed\`: that is an HTTP error ([errors](errors.md)), and the webhook's \`failurePolicy\` decides.

The lines below each example are what \`outrigger explain\` prints for it, and were tried: with them, the other thing happens.
`

const headings: Readonly<Record<Result, string>> = {
  injected: 'The pod is injected',
  skipped: 'The pod is created without a sidecar',
  denied: 'The pod is not created',
}

/** docs/reasons.md. `changes` is what would change the outcome of each example, in Markdown. */
export function reasonsPage(changes: Readonly<Record<Reason, string>>): string {
  const all = Object.keys(reasons).filter(isReason)
  const rows = all.map((reason) => `| [${reason}](#${reason}) | ${reasons[reason].result} | ${reasons[reason].text} |`)
  const parts = Object.entries(headings).map(([result, heading]) => {
    const some = all.filter((reason) => reasons[reason].result === result)
    return [`## ${heading}`, '', ...some.map((reason) => section(reason, changes[reason]))].join('\n')
  })
  return [introduction, '| reason | result | because |', '| --- | --- | --- |', ...rows, '', parts.join('\n')].join(
    '\n',
  )
}

function isReason(key: string): key is Reason {
  return Object.hasOwn(reasons, key)
}

function section(reason: Reason, change: string): string {
  const { meaning, input, config } = examples[reason]
  const configuration = config === undefined ? [] : ['with the configuration', '', block(config), '']
  return [`### ${reason}`, '', `${meaning}`, '', block(input), '', ...configuration, change, ''].join('\n')
}

function block(yaml: string): string {
  return `\`\`\`yaml\n${yaml.trim()}\n\`\`\``
}
