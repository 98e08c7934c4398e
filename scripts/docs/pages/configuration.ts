import { ruleFields } from '../../../src/config/annotation-policy.ts'
import { configFields } from '../../../src/config/injector-config.ts'
import { isSettingName, settingFields } from '../../../src/config/settings.ts'
import { checkedValues } from '../../../src/config/values.ts'
import {
  type IstiodSettings,
  type IstiodVariable,
  istiodSettingNames,
  istiodVariables,
} from '../../../src/istio/istiod/variables.ts'
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
  istiod: { from: ['src/istio/istiod/variables.ts'], text: istiodTable },
  faults: { from: ['src/config/problem.ts'], text: faultsExample },
  rule: { from: ['src/config/annotation-policy.ts'], text: () => keys(ruleFields) },
}

/** Each variable with its defaults: `false` up to 1.26, `auto` from 1.27. */
function istiodTable(): string {
  return table(
    ['variable of istiod', 'meaning', 'setting', 'in the values', 'default'],
    istiodSettingNames.map((key) => {
      const { name, meaning, inValues } = istiodVariables[key]
      const paths = inValues.map((path) => `\`${path.join('.')}\``)
      const flag = isSettingName(key) ? `\`${settingFields[key].flag.split(' ')[0]}\`` : ''
      return [`\`${name}\``, meaning, flag, ['`pilot.env`', ...paths].join(', '), defaultsOf(key)]
    }),
  )
}

function defaultsOf<K extends keyof IstiodSettings>(key: K): string {
  const { defaults, write }: IstiodVariable<IstiodSettings[K]> = istiodVariables[key]
  const word = (value: IstiodSettings[K]) => (write(value) === '' ? 'none' : `\`${write(value)}\``)
  const parts = defaults.map(([, value], index) => {
    const next = defaults[index + 1]?.[0]
    return next === undefined ? word(value) : `${word(value)} before 1.${next}`
  })
  return parts.join(', ')
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
