import type { Rule } from '../../../src/lint/rule.ts'
import { rules } from '../../../src/lint/rules.ts'
import { table, yamlBlock } from '../markdown.ts'

const introduction = `What \`outrigger lint\` looks for. Rules named \`IST\` find what Istio's own analysis finds under the same code; those named \`OUT\` are
Outrigger's own. \`precheck\` runs the rules marked so over a cluster.

A finding is kept quiet where it stands by a comment, on the object by an annotation, or by a flag:

\`\`\`yaml
metadata:
  annotations:
    outrigger.dev/ignore: IST0118,OUT0004   # for this object; * for all rules
spec:
  ports:
  - name: legacy # outrigger-ignore IST0118
\`\`\`

A comment on a line of its own is about the next line; at the beginning of a document it is about all of the document. The flag
\`--ignore IST0118\` is about all objects, \`--ignore IST0118=Service/shop/*\` about those that fit KIND/NAMESPACE/NAME. Istio's own annotation
\`galley.istio.io/analyze-suppress\` counts, too.

Where the manifests hold no MutatingWebhookConfiguration, pods are taken to be injected as the labels of their namespace and their own
ask for it; where they don't hold the Namespace either, they are taken to be injected unless they say no.
`

/** docs/rules.md below its title: every rule with its examples. */
export function rulesPage(): string {
  const rows = rules.map(({ code, severity, title, precheck }) => [
    `[${code}](#${code.toLowerCase()})`,
    severity,
    `${title}${precheck === true ? ' (precheck)' : ''}`,
  ])
  return [introduction, table(['code', 'severity', 'finds'], rows), '', ...rules.map(section)].join('\n')
}

function section({ code, severity, title, what, why, fix, precheck, example }: Rule): string {
  return [
    `## ${code}`,
    '',
    `**${title}** (${severity}${precheck === true ? ', precheck' : ''})`,
    '',
    `${what} ${why}`,
    '',
    `Fix: ${fix}.`,
    '',
    `Found${settingsOf(example)} in \`${example.object}\` at \`${example.path}\`:`,
    '',
    yamlBlock(example.fails),
    '',
    'Not found:',
    '',
    yamlBlock(example.passes),
    '',
  ].join('\n')
}

function settingsOf({ set = [], mesh, nativeSidecars, kubernetesMinor, listeners = {} }: Rule['example']): string {
  const parts = [
    ...set.map((one) => `\`--set ${one}\``),
    ...(nativeSidecars === undefined ? [] : [`\`--native-sidecars ${nativeSidecars}\``]),
    ...(kubernetesMinor === undefined ? [] : [`Kubernetes 1.${kubernetesMinor}`]),
    ...(mesh === undefined ? [] : [`the mesh \`${mesh.trim().replaceAll(/\s*\n\s*/g, ' ')}\``]),
    ...Object.keys(listeners).map((pod) => `an application in \`${pod}\` that listens on 127.0.0.1`),
  ]
  return parts.length === 0 ? '' : ` with ${parts.join(', ')}`
}
