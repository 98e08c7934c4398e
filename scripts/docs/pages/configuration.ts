import { ruleFields } from '../../../src/config/annotation-policy.ts'
import { configFields } from '../../../src/config/injector-config.ts'
import { settingFields } from '../../../src/config/settings.ts'
import { checkedValues } from '../../../src/config/values.ts'
import { table, yamlBlock } from '../markdown.ts'
import { runIn } from '../outrigger.ts'
import type { Part } from '../page.ts'

/** The tables of docs/configuration.md. */
export const configurationParts: Readonly<Record<string, Part>> = {
  config: { from: ['src/config/injector-config.ts'], text: () => keys(configFields) },
  values: {
    from: ['src/config/values.ts'],
    text: () =>
      table(
        ['value', 'is a', 'meaning'],
        checkedValues.map(({ path, kind, text }) => [`\`${path.join('.')}\``, kind, text]),
      ),
  },
  settings: {
    from: ['src/config/settings.ts'],
    text: () =>
      table(
        ['key', 'flag', 'meaning'],
        Object.entries(settingFields).map(([key, { flag, text }]) => [`\`${key}\``, `\`${flag}\``, text]),
      ),
  },
  faults: { from: ['src/config/problem.ts'], text: faultsExample },
  rule: { from: ['src/config/annotation-policy.ts'], text: () => keys(ruleFields) },
}

const faultyConfiguration = `defaultTemplates: [sidcar]
annotationPolicy:
  - annotations: [sidecar.istio.io/proxyImage]
    action: block
`

async function faultsExample(): Promise<string> {
  const files = { 'injector.yaml': faultyConfiguration, 'pod.yaml': '{apiVersion: v1, kind: Pod, spec: {}}' }
  const { code, stderr } = await runIn(files, ['review', 'pod.yaml', '--config', 'injector.yaml'])
  if (code !== 2) throw new Error('the faulty configuration of the example loads')
  return `${yamlBlock(faultyConfiguration)}\n\n\`\`\`\n${stderr.trim()}\n\`\`\``
}

function keys(fields: Readonly<Record<string, { readonly text: string }>>): string {
  return table(
    ['key', 'meaning'],
    Object.entries(fields).map(([key, { text }]) => [`\`${key}\``, text]),
  )
}
