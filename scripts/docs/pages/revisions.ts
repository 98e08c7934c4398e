import { readConfigurations } from '../../../src/istio/revisions/configuration.ts'
import { describeRequirement } from '../../../src/istio/revisions/match.ts'
import { webhookSuffixes } from '../../../src/istio/revisions/names.ts'
import { revisionConfiguration } from '../../../src/istio/revisions/webhooks.ts'
import { table } from '../markdown.ts'

const place = { namespace: 'istio-system', clientConfig: { url: 'https://injector.example.com/inject' } }

/** The webhooks of a revision V, and those that only the default revision has, with what they select. */
export function webhooksTable(): string {
  const own = revisionConfiguration({ ...place, revision: 'V' })
  const byDefault = revisionConfiguration({ ...place, revision: '', enableNamespacesByDefault: true })
  const [first, second] = readConfigurations([byDefault, own])
  const names = new Set(second?.webhooks.map(({ name }) => name))
  const others = first?.webhooks.filter(({ name }) => !names.has(name)) ?? []
  const rows = [...(second?.webhooks ?? []), ...others].map(({ name, namespaceSelector, objectSelector }) => [
    name.replace(`.${webhookSuffixes.istiod}`, ''),
    ...[namespaceSelector, objectSelector].map(({ selector }) =>
      selector.requirements.map(describeRequirement).join('; '),
    ),
  ])
  return table(['webhook', 'namespaceSelector', 'objectSelector'], rows)
}
