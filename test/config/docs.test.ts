import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ruleFields } from '../../src/config/annotation-policy.ts'
import { configFields } from '../../src/config/injector-config.ts'
import { settingFields } from '../../src/config/settings.ts'
import { checkedValues } from '../../src/config/values.ts'

const file = new URL('../../docs/configuration.md', import.meta.url)

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

const tables: Readonly<Record<string, string>> = {
  config: table(
    ['key', 'meaning'],
    Object.entries(configFields).map(([key, { text }]) => [`\`${key}\``, text]),
  ),
  values: table(
    ['value', 'is a', 'meaning'],
    checkedValues.map(({ path, kind, text }) => [`\`${path.join('.')}\``, kind, text]),
  ),
  settings: table(
    ['key', 'flag', 'meaning'],
    Object.entries(settingFields).map(([key, { flag, text }]) => [`\`${key}\``, `\`${flag}\``, text]),
  ),
  rule: table(
    ['key', 'meaning'],
    Object.entries(ruleFields).map(([key, { text }]) => [`\`${key}\``, text]),
  ),
}

/** Tables as the formatter doesn't see them: their columns may be padded. */
const unpadded = (text: string) => text.replaceAll(/ +\|/g, ' |').replaceAll(/-{3,}/g, '---')

test('the tables in the documentation are those of the code (REFRESH_GOLDEN=1 rewrites them)', () => {
  const text = readFileSync(file, 'utf8')
  const written = text.replaceAll(/(<!-- table: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g, (_, start, name, end) => {
    return `${start}${tables[name] ?? `no table ${name}`}\n${end}`
  })
  if (process.env['REFRESH_GOLDEN'] === '1') writeFileSync(file, written)
  else expect(unpadded(text)).toBe(unpadded(written))
  for (const name of Object.keys(tables)) expect(written).toContain(`<!-- table: ${name} -->`)
})
