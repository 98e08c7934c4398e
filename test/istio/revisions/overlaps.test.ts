import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readConfigurations } from '../../../src/istio/revisions/configuration.ts'
import { matchWebhooks } from '../../../src/istio/revisions/match.ts'
import { describeOverlap, findOverlaps, labelsForBoth } from '../../../src/istio/revisions/overlaps.ts'
import { revisionConfiguration, tagConfiguration } from '../../../src/istio/revisions/webhooks.ts'
import { readSelector, selects } from '../../../src/kubernetes/selector.ts'
import type { Json, StringMap } from '../../../src/lang/json.ts'
import { runs } from '../../support/properties.ts'
import { at } from './sets.ts'

const overlapsOf = (...documents: readonly Json[]) => findOverlaps(readConfigurations(documents))

test('a tag `default` beside an active default revision overlaps in each of its four ways', () => {
  const documents = [revisionConfiguration(at('')), tagConfiguration({ ...at('1-25-0'), tag: 'default' })]
  expect(overlapsOf(...documents).map(describeOverlap)).toEqual(
    [
      ['rev.namespace', 'no labels in a namespace with istio.io/rev=default'],
      ['rev.object', 'istio.io/rev=default in a namespace with no labels'],
      ['namespace', 'no labels in a namespace with istio-injection=enabled'],
      ['object', 'sidecar.istio.io/inject=true in a namespace with no labels'],
    ].map(
      ([prefix, where]) =>
        `${prefix}.sidecar-injector.istio.io of istio-revision-tag-default (tag default, revision 1-25-0) and ` +
        `${prefix}.sidecar-injector.istio.io of istio-sidecar-injector (revision default) both select a pod with ${where}`,
    ),
  )
})

test('the labels of an overlap are those of a pod that both take', () => {
  const foreign: Json = {
    metadata: { name: 'other-mesh', labels: { 'istio.io/rev': 'other' } },
    webhooks: [
      {
        name: 'sidecar-injector.istio.io',
        clientConfig: { url: 'https://other' },
        rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }],
        namespaceSelector: {
          matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['example', 'shop'] }],
        },
        matchConditions: [{ name: 'weekdays', expression: 'true' }],
      },
    ],
  }
  const configurations = readConfigurations([
    foreign,
    revisionConfiguration({ ...at(''), enableNamespacesByDefault: true }),
  ])
  const overlaps = findOverlaps(configurations)
  expect(overlaps).toHaveLength(5)
  for (const { first, second, namespaceLabels, podLabels } of overlaps) {
    const name = namespaceLabels['kubernetes.io/metadata.name'] ?? ''
    const matches = matchWebhooks(configurations, { namespace: { name, labels: namespaceLabels }, labels: podLabels })
    const called = matches.filter((match) => match.matches).map((match) => match.webhook)
    expect(called.toSorted()).toEqual([first.webhook, second.webhook].toSorted())
  }
  expect(overlaps.at(-1)).toMatchObject({ namespaceLabels: { 'kubernetes.io/metadata.name': 'example-2' } })
  expect(describeOverlap(overlaps[0] ?? fail())).toMatch('(unless a match condition excludes one of them: weekdays)')
})

test('only webhooks that inject pods, by different servers, count', () => {
  const everything = (name: string, webhook: { readonly [key: string]: Json }): Json => ({
    metadata: { name, labels: { 'istio.io/rev': name } },
    webhooks: [
      {
        name: 'sidecar-injector.istio.io',
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        ...webhook,
      },
    ],
  })
  const one = everything('one', {})
  expect(overlapsOf(one, everything('two', {}))).toHaveLength(1)
  expect(overlapsOf(one, everything('two', { name: 'vault.hashicorp.com' }))).toEqual([])
  expect(overlapsOf(one, everything('two', { rules: [] }))).toEqual([])
  expect(overlapsOf(one, everything('two', { objectSelector: { matchLabels: { app: 1 } } }))).toEqual([])

  const deactivated = revisionConfiguration({ ...at(''), deactivated: true })
  expect(overlapsOf(one, deactivated)).toEqual([])
  // The revision's own tag `default` beside it calls the same server: nothing is injected by two.
  expect(overlapsOf(revisionConfiguration(at('')), tagConfiguration({ ...at(''), tag: 'default' }))).toEqual([])
  // Two control planes that both are the default revision.
  const second = revisionConfiguration({ ...at('', '/other'), namespace: 'mesh' })
  expect(overlapsOf(revisionConfiguration(at('')), second)).toHaveLength(4)
})

const keys = ['a', 'b', 'kubernetes.io/metadata.name'] as const
const values = ['x', 'y', 'example'] as const
const selector = fc.record({
  matchExpressions: fc.array(
    fc.oneof(
      fc.record({
        key: fc.constantFrom(...keys),
        operator: fc.constantFrom('In', 'NotIn'),
        values: fc.subarray([...values], { minLength: 1 }),
      }),
      fc.record({ key: fc.constantFrom(...keys), operator: fc.constantFrom('Exists', 'DoesNotExist') }),
    ),
    { maxLength: 4 },
  ),
})
const everyValue = [undefined, ...values, 'none of them']
const product: readonly StringMap[] = everyValue.flatMap((a) =>
  everyValue.flatMap((b) =>
    everyValue.slice(1).map((name) => ({
      ...(a !== undefined && { a }),
      ...(b !== undefined && { b }),
      'kubernetes.io/metadata.name': name ?? '',
    })),
  ),
)

test('labels for two selectors are found exactly when the product of all values has some', () => {
  fc.assert(
    fc.property(selector, selector, (first, second) => {
      const [one, other] = [readSelector(first), readSelector(second)]
      const both = (labels: StringMap) => selects(one.selector, labels) && selects(other.selector, labels)
      const found = labelsForBoth(one, other, ['kubernetes.io/metadata.name'])
      expect(found !== undefined).toBe(product.some(both))
      if (found !== undefined) expect(both({ 'kubernetes.io/metadata.name': 'some', ...found })).toBe(true)
    }),
    { numRuns: runs(300) },
  )
})

function fail(): never {
  throw new Error('there is no overlap')
}
