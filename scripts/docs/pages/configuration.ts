import { ruleFields } from '../../../src/config/annotation-policy.ts'
import { configFields } from '../../../src/config/injector-config.ts'
import { settingFields } from '../../../src/config/settings.ts'
import { checkedValues } from '../../../src/config/values.ts'
import { table } from '../markdown.ts'
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
  rule: { from: ['src/config/annotation-policy.ts'], text: () => keys(ruleFields) },
}

function keys(fields: Readonly<Record<string, { readonly text: string }>>): string {
  return table(
    ['key', 'meaning'],
    Object.entries(fields).map(([key, { text }]) => [`\`${key}\``, text]),
  )
}
