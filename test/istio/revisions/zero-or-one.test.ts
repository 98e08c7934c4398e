import { describe, expect, test } from 'vitest'
import { readConfigurations } from '../../../src/istio/revisions/configuration.ts'
import { matchWebhooks } from '../../../src/istio/revisions/match.ts'
import { findOverlaps } from '../../../src/istio/revisions/overlaps.ts'
import type { StringMap } from '../../../src/lang/json.ts'
import { type ConfigurationSet, sets } from './sets.ts'

interface Combination {
  readonly namespace: string
  readonly injection: string | undefined
  readonly namespaceRevision: string | undefined
  readonly inject: string | undefined
  readonly podRevision: string | undefined
}

const values = {
  namespace: ['shop', 'kube-system', 'local-path-storage'],
  injection: [undefined, 'enabled', 'disabled', ''],
  revision: [undefined, 'default', '1-24-0', '1-25-0', 'prod', 'next', 'outrigger', 'unknown', ''],
  inject: [undefined, 'true', 'false', 'yes'],
}

const combinations: readonly Combination[] = values.namespace.flatMap((namespace) =>
  values.injection.flatMap((injection) =>
    values.revision.flatMap((namespaceRevision) =>
      values.inject.flatMap((inject) =>
        values.revision.map((podRevision) => ({ namespace, injection, namespaceRevision, inject, podRevision })),
      ),
    ),
  ),
)

/** The rules in words: `istio-injection` beats the namespace's revision, which beats the pod's; "false" beats all. */
function expected(set: ConfigurationSet, combination: Combination): readonly string[] {
  const { namespace, injection, namespaceRevision, inject, podRevision } = combination
  const take = (prefix: string, revision: string) => {
    const taker = Object.hasOwn(set.takers, revision) ? set.takers[revision] : undefined
    if (taker === undefined) return []
    const suffix =
      set.outriggers?.includes(taker) === true ? 'sidecar-injector.outrigger.dev' : 'sidecar-injector.istio.io'
    return [`${taker}: ${prefix}.${suffix}`]
  }
  if (inject === 'false') return []
  if (injection !== undefined) return injection === 'enabled' ? take('namespace', 'default') : []
  if (namespaceRevision !== undefined) return take('rev.namespace', namespaceRevision)
  if (podRevision !== undefined) return take('rev.object', podRevision)
  if (inject === 'true') return take('object', 'default')
  if (inject === undefined && set.byDefault && namespace === 'shop') return take('auto', 'default')
  return []
}

const labels = (pairs: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(Object.entries(pairs).filter(([, value]) => value !== undefined)) as StringMap

describe.each(sets)('with $name', (set) => {
  const configurations = readConfigurations(set.configurations)

  test(`each of ${combinations.length} pods is taken by at most one webhook, and by the right one`, () => {
    const wrong = combinations.flatMap((combination) => {
      const { namespace, injection, namespaceRevision, inject, podRevision } = combination
      const matches = matchWebhooks(configurations, {
        namespace: {
          name: namespace,
          labels: labels({ 'istio-injection': injection, 'istio.io/rev': namespaceRevision }),
        },
        labels: labels({ 'sidecar.istio.io/inject': inject, 'istio.io/rev': podRevision }),
      })
      const called = matches.filter((match) => match.matches).map((match) => `${match.configuration}: ${match.webhook}`)
      const right = expected(set, combination)
      return called.length <= 1 && called.join() === right.join() ? [] : [{ combination, called, right }]
    })
    expect(wrong).toEqual([])
  })

  test('no two webhooks overlap', () => {
    expect(findOverlaps(configurations)).toEqual([])
  })
})

test('every webhook is the one for some of these pods', () => {
  const all = new Set(sets.flatMap((set) => combinations.flatMap((combination) => expected(set, combination))))
  expect(new Set([...all].map((call) => call.slice(call.indexOf(': ') + 2))).size).toBe(10)
})
