import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readConfigurations } from '../../../src/istio/revisions/configuration.ts'
import { describeRequirement } from '../../../src/istio/revisions/match.ts'
import { webhookSuffix } from '../../../src/istio/revisions/names.ts'
import { revisionConfiguration } from '../../../src/istio/revisions/webhooks.ts'
import { at } from './sets.ts'

test('the selectors in docs/revisions.md are those that are written', () => {
  const page = readFileSync(new URL('../../../docs/revisions.md', import.meta.url), 'utf8')
  const own = revisionConfiguration(at('V'))
  const eager = revisionConfiguration({ ...at(''), enableNamespacesByDefault: true })
  const [first, second] = readConfigurations([eager, own])
  const webhooks = [...(second?.webhooks ?? []), ...(first?.webhooks.slice(2) ?? [])]
  const rows = webhooks.map(({ name, namespaceSelector, objectSelector }) => {
    const selectors = [namespaceSelector, objectSelector].map(({ selector }) =>
      selector.requirements.map(describeRequirement).join('; '),
    )
    return `| ${[name.replace(`.${webhookSuffix}`, ''), ...selectors].join(' | ')} |\n`
  })
  expect(rows).toHaveLength(5)
  expect(page).toContain(`| webhook | namespaceSelector | objectSelector |\n|---|---|---|\n${rows.join('')}\n`)
})
