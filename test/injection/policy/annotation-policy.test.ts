import { describe, expect, test } from 'vitest'
import { readPolicyRule } from '../../../src/config/annotation-policy.ts'
import { describeProblem } from '../../../src/config/problem.ts'
import {
  applyAnnotationPolicy,
  matchesGlob,
  type PolicySubject,
} from '../../../src/injection/policy/annotation-policy.ts'
import { describePolicyFault } from '../../../src/injection/policy/fault.ts'
import type { Json, JsonObject } from '../../../src/lang/json.ts'
import { formatPath } from '../../../src/lang/text/path.ts'
import { cost } from '../../support/cost.ts'

function rule(document: Json) {
  const faults: string[] = []
  const read = readPolicyRule(document, ['annotationPolicy', 0], (path, problem) => {
    const { reason, fix } = describeProblem(problem)
    faults.push(`${formatPath(path)}: ${reason}${fix === undefined ? '' : `; ${fix}`}`)
  })
  return { read, faults }
}

function apply(document: Json, subject: Partial<PolicySubject>) {
  const { read, faults } = rule(document)
  expect(faults).toEqual([])
  const found = applyAnnotationPolicy([read], { annotations: {}, labels: {}, namespace: 'shop', ...subject })
  return { denials: found.denials.map(describePolicyFault), warnings: found.warnings.map(describePolicyFault) }
}

const image = 'sidecar.istio.io/proxyImage'
const noImages = { annotations: [image], action: 'deny' }

describe('a rule', () => {
  test('denies an annotation, and reports its name, its value and the rule', () => {
    expect(apply(noImages, { annotations: { [image]: 'evil/proxy', other: 'x' } })).toEqual({
      denials: [`annotation '${image}' with value "evil/proxy" is not allowed: annotationPolicy[0] covers ${image}`],
      warnings: [],
    })
    expect(apply(noImages, { annotations: { 'sidecar.istio.io/proxyImageType': 'debug' } }).denials).toEqual([])
  })

  test('warns instead, with its own message', () => {
    const warn = {
      annotations: ['traffic.sidecar.istio.io/*'],
      action: 'warn',
      message: '{annotation} needs a ticket, not {value}',
    }
    expect(apply(warn, { annotations: { 'traffic.sidecar.istio.io/excludeOutboundPorts': '$&' } })).toEqual({
      denials: [],
      warnings: ['traffic.sidecar.istio.io/excludeOutboundPorts needs a ticket, not "$&"'],
    })
  })

  test('allows certain values, and lists of them', () => {
    const ports = { annotations: ['p'], action: 'deny', values: ['3306', '63*'] }
    for (const p of ['3306', '6379', '6379, 3306']) expect(apply(ports, { annotations: { p } }).denials).toEqual([])
    for (const p of ['', '22', '3306,22', '3306,']) expect(apply(ports, { annotations: { p } }).denials).toHaveLength(1)
  })

  test.each([
    ['a namespace by name', { exceptNamespaces: ['shop'] }],
    ['a namespace by pattern', { exceptNamespaces: ['other', 'sh*'] }],
    ['a pod by its labels', { exceptSelector: { matchLabels: { app: 'db' } } }],
    [
      "a pod by its namespace's labels",
      { exceptNamespaceSelector: { matchExpressions: [{ key: 'tier', operator: 'Exists' }] } },
    ],
  ])('exempts %s', (_, except) => {
    const subject = { annotations: { [image]: 'x' }, labels: { app: 'db' }, namespaceLabels: { tier: 'platform' } }
    const exempt = { ...noImages, ...except }
    expect(apply(exempt, subject).denials).toEqual([])
    expect(apply(exempt, { ...subject, namespace: 'web', labels: {}, namespaceLabels: {} }).denials).toHaveLength(1)
  })

  test('applies if the labels of the namespace are unknown', () => {
    const exempt = {
      ...noImages,
      exceptNamespaceSelector: { matchExpressions: [{ key: 'strict', operator: 'DoesNotExist' }] },
    }
    expect(apply(exempt, { annotations: { [image]: 'x' } }).denials).toHaveLength(1)
    expect(apply(exempt, { annotations: { [image]: 'x' }, namespaceLabels: {} }).denials).toEqual([])
  })
})

describe('a rule for an annotation covers all ways to the same setting', () => {
  const proxy = (fields: JsonObject) => ({ containers: [{ name: 'istio-proxy', ...fields }] })
  const proxyPod = (fields: JsonObject) => ({ spec: proxy(fields) })

  test.each<[string, string, Partial<PolicySubject>]>([
    [
      'an image in forged overrides',
      image,
      { annotations: { 'proxy.istio.io/overrides': JSON.stringify(proxy({ image: 'evil' })) } },
    ],
    ["the pod's own container", image, { pod: proxyPod({ image: 'evil' }) }],
    [
      "the pod's own init container",
      image,
      { pod: { spec: { initContainers: [{ name: 'istio-init', image: 'evil' }] } } },
    ],
    [
      'a container hidden by a forged status',
      image,
      {
        annotations: { 'sidecar.istio.io/status': '{"containers":["istio-proxy"]}' },
        pod: proxyPod({ image: 'evil' }),
      },
    ],
    [
      "the pod's own container as an override",
      'proxy.istio.io/overrides',
      { pod: proxyPod({ image: 'auto', command: ['sh'] }) },
    ],
    [
      'the image type in the proxy config',
      'sidecar.istio.io/proxyImageType',
      { annotations: { 'proxy.istio.io/config': 'image: {image_type: debug}' } },
    ],
    [
      'the interception mode as a number',
      'sidecar.istio.io/interceptionMode',
      { annotations: { 'proxy.istio.io/config': 'interceptionMode: 2' } },
    ],
    ['the sanitized name', 'prometheus.io/port', { annotations: { prometheus_io_port: '22' } }],
    ['a forged status', 'sidecar.istio.io/status', { annotations: { 'sidecar.istio.io/status': '{}' } }],
  ])('%s', (_, annotation, subject) => {
    expect(apply({ annotations: [annotation], action: 'deny' }, subject).denials).toHaveLength(1)
  })

  test('leaves injected images alone, and what sets nothing', () => {
    const subject = {
      images: ['hub/proxyv2:1'],
      annotations: { 'proxy.istio.io/overrides': '{not json', 'proxy.istio.io/config': ': {' },
    }
    for (const image of ['hub/proxyv2:1', 'hub/proxyv2:1-distroless', 'auto']) {
      expect(apply(noImages, { ...subject, pod: proxyPod({ image }) }).denials).toEqual([])
    }
    for (const image of ['hub/proxyv2:10', 'hub/proxyv2:1-x@sha256:0', 'evil/hub/proxyv2:1']) {
      expect(apply(noImages, { ...subject, pod: proxyPod({ image }) }).denials).toHaveLength(1)
    }
    expect(apply(noImages, { pod: { spec: { containers: [{ name: 'app', image: 'mine' }] } } }).denials).toEqual([])
    expect(
      apply({ annotations: ['proxy.istio.io/overrides'], action: 'deny' }, { pod: proxyPod({ image: 'auto' }) })
        .denials,
    ).toEqual([])
  })

  test('allows an allowed value in every way', () => {
    const allowed = { ...noImages, values: ['hub/*'] }
    expect(apply(allowed, { annotations: { [image]: 'hub/a' }, pod: proxyPod({ image: 'hub/b' }) }).denials).toEqual([])
    const denied = apply(allowed, { pod: proxyPod({ image: 'evil' }) }).denials
    expect(denied).toEqual([
      `image "evil" of container "istio-proxy" of the pod itself is not one of the allowed values (hub/*): annotationPolicy[0] covers ${image}`,
    ])
  })
})

test('reports every fault of a rule, including a misspelt field', () => {
  const { faults } = rule({
    annotations: ['a*b', 'ok/fine', ''],
    action: 'block',
    values: [],
    exceptNamespace: ['x'],
    exceptSelector: {},
    message: 5,
  })
  expect(faults).toEqual([
    'annotationPolicy[0].exceptNamespace: is not a field of a rule; did you mean exceptNamespaces?',
    expect.stringContaining('annotationPolicy[0].annotations[0]: "a*b" is neither'),
    expect.stringContaining('annotationPolicy[0].annotations[2]: "" is neither'),
    'annotationPolicy[0].action: must be warn or deny, not "block"',
    'annotationPolicy[0].values: is empty; omit it to allow no values',
    'annotationPolicy[0].exceptSelector: is an empty selector; write matchLabels or matchExpressions, or omit it',
    'annotationPolicy[0].message: must be a string, not a number; put it in quotes: "5"',
  ])
  expect(rule({}).faults).toEqual([
    'annotationPolicy[0].annotations: is missing',
    'annotationPolicy[0].action: is missing',
  ])
  expect(rule('x').faults[0]).toBe('annotationPolicy[0]: must be an object, not a string')
})

test.each([
  ['abc', 'abc', true],
  ['abc', 'abcd', false],
  ['a*', 'a\nb', true],
  ['*', '', true],
  ['a*c', 'ac', true],
  ['a*a', 'a', false],
  ['*b*d', 'abcd', true],
  ['*bb*b', 'abb', false],
  ['a.c', 'abc', false],
])('matchesGlob %s %j is %s', (pattern, text, expected) => {
  expect(matchesGlob(pattern, text)).toBe(expected)
})

test('matches a pattern with many stars quickly', async () => {
  // With backtracking it would try a billion times.
  const match = () => expect(matchesGlob('*a'.repeat(4), `${'a'.repeat(400)}b`)).toBe(false)
  expect(await cost(match, 50)).toBeLessThan(50)
})
