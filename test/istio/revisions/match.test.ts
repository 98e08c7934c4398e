import { expect, test } from 'vitest'
import { readConfigurations } from '../../../src/istio/revisions/configuration.ts'
import { describeFailure, matchWebhooks } from '../../../src/istio/revisions/match.ts'
import { revisionConfiguration } from '../../../src/istio/revisions/webhooks.ts'
import type { Json } from '../../../src/lang/json.ts'
import { at } from './sets.ts'

const podRule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }

function matchOne(webhook: { readonly [key: string]: Json }, podLabels = {}, namespaceLabels = {}) {
  const [match] = matchWebhooks(
    readConfigurations([{ metadata: { name: 'some' }, webhooks: [{ name: 'w', rules: [podRule], ...webhook }] }]),
    { namespace: { name: 'shop', labels: namespaceLabels }, labels: podLabels },
  )
  return match
}

test.each<[string, Json, boolean]>([
  ['the rule of an injector', podRule, true],
  ['all that can be a star', { apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }, true],
  ['all resources and subresources', { ...podRule, resources: ['*/*'] }, true],
  ['one of several', { ...podRule, operations: ['DELETE', 'CREATE'], resources: ['services', 'pods'] }, true],
  ['namespaced', { ...podRule, scope: 'Namespaced' }, true],
  ['cluster scope', { ...podRule, scope: 'Cluster' }, false],
  ['another group', { ...podRule, apiGroups: ['apps'] }, false],
  ['another version', { ...podRule, apiVersions: ['v1beta1'] }, false],
  ['updates', { ...podRule, operations: ['UPDATE'] }, false],
  ['a subresource', { ...podRule, resources: ['pods/ephemeralcontainers', '*/status'] }, false],
  ['nothing', {}, false],
])('rules: %s', (_, rule, matches) => {
  expect(matchOne({ rules: [rule] })?.matches).toBe(matches)
})

test('no selector, null and an empty one take everything; both selectors must hold', () => {
  expect(matchOne({})?.matches).toBe(true)
  expect(matchOne({ namespaceSelector: null, objectSelector: {} })?.matches).toBe(true)
  const both = { namespaceSelector: { matchLabels: { a: '1' } }, objectSelector: { matchLabels: { b: '2' } } }
  expect(matchOne(both, { b: '2' }, { a: '1' })?.matches).toBe(true)
  expect(matchOne(both, { a: '1' }, { b: '2' })?.failures).toHaveLength(2)
})

test("a namespace's name is a label of it, whatever its object says", () => {
  const named = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } }
  expect(matchOne(named)?.matches).toBe(true)
  expect(matchOne(named, {}, { 'kubernetes.io/metadata.name': 'other' })?.matches).toBe(true)
})

test('a label called constructor or __proto__ is there only when it is there', () => {
  const asks = { objectSelector: { matchExpressions: [{ key: 'constructor', operator: 'Exists' }] } }
  expect(matchOne(asks)?.matches).toBe(false)
  expect(matchOne(asks, { constructor: 'x' })?.matches).toBe(true)
})

test('what stands in the way, in words', () => {
  const webhook = {
    rules: [],
    namespaceSelector: { matchExpressions: [{ key: 'istio.io/rev', operator: 'In', values: ['prod', 'next'] }] },
    objectSelector: {
      matchExpressions: [
        { key: 'sidecar.istio.io/inject', operator: 'NotIn', values: ['false'] },
        { key: 'istio.io/rev', operator: 'DoesNotExist' },
        { key: 'app', operator: 'Exists' },
      ],
    },
  }
  const match = matchOne(webhook, { 'sidecar.istio.io/inject': 'false', app: 'a', 'istio.io/rev': 'x' })
  expect(match?.failures.map(describeFailure)).toEqual([
    'no rule covers the creation of v1 pods',
    'the namespaceSelector requires istio.io/rev In [prod, next], but the namespace has no such label',
    'the objectSelector requires sidecar.istio.io/inject NotIn [false], but the pod has sidecar.istio.io/inject=false',
    'the objectSelector requires istio.io/rev DoesNotExist, but the pod has istio.io/rev=x',
  ])
  expect(matchOne({ objectSelector: { matchExpression: [] } })?.failures.map(describeFailure)).toEqual([
    'the objectSelector is not a valid label selector: matchExpression: unknown field',
  ])
})

test('whose webhook it is, its conditions by name, and whether it is switched off', () => {
  const conditions = { matchConditions: [{ name: 'not-a-job', expression: 'true' }] }
  const match = (deactivated: boolean) =>
    matchWebhooks(readConfigurations([revisionConfiguration({ ...at(''), ...conditions, deactivated })]), {
      namespace: { name: 'shop', labels: { 'istio-injection': 'enabled' } },
      labels: {},
    })
  expect(match(false).find(({ matches }) => matches)).toEqual({
    called: { injector: 'istiod', address: 'istio-system/istiod' },
    configuration: 'istio-sidecar-injector',
    webhook: 'namespace.sidecar-injector.istio.io',
    revision: 'default',
    tag: undefined,
    matches: true,
    failures: [],
    deactivated: false,
    conditions: ['not-a-job'],
  })
  expect(match(true).map(({ matches, deactivated }) => [matches, deactivated])).toEqual(Array(4).fill([false, true]))
})

test('configurations are asked in the order of their names, and other kinds not at all', () => {
  const named = (name: string, kind?: string) => ({
    ...(kind && { kind }),
    metadata: { name },
    webhooks: [{ name: 'w' }],
  })
  const documents = [named('b'), named('a'), named('B', 'MutatingWebhookConfiguration'), named('c', 'Pod'), null]
  expect(readConfigurations(documents).map(({ name }) => name)).toEqual(['B', 'a', 'b'])
})
