import { describe, expect, test } from 'vitest'
import type { Pod } from '../../../src/kubernetes/pod/types.ts'
import type { Json, JsonObject } from '../../../src/lang/json.ts'
import { type InjectionOptions, podWith, run, snapshotOf } from '../support.ts'

const name = 'sidecar.istio.io/inject'
const selecting = (policy: string) =>
  snapshotOf({
    config: {
      policy,
      neverInjectSelector: [
        { matchLabels: { never: 'yes' } },
        { matchExpressions: [{ key: 'old', operator: 'Exists' }] },
      ],
      alwaysInjectSelector: [{ matchLabels: { always: 'yes' } }],
    },
  })
const enabled = selecting('enabled')
const disabled = selecting('disabled')
const unknown = selecting('maybe')

/** A pod that every rule applies to. */
const everything = podWith(
  { [name]: 'true', 'kubernetes.io/config.mirror': 'x' },
  { [name]: 'true', never: 'yes', always: 'yes' },
  { hostNetwork: true },
)

function without(pod: Pod, ...paths: readonly string[][]): Pod {
  const copy = structuredClone(pod) as { [key: string]: Json }
  for (const path of paths) {
    let object = copy as unknown as { [key: string]: { [key: string]: never } }
    for (const key of path.slice(0, -1)) object = object[key] as never
    delete object[path.at(-1) ?? '']
  }
  return copy
}

const host = ['spec', 'hostNetwork']
const mirror = ['metadata', 'annotations', 'kubernetes.io/config.mirror']
const label = ['metadata', 'labels', name]
const annotation = ['metadata', 'annotations', name]
const never = ['metadata', 'labels', 'never']
const always = ['metadata', 'labels', 'always']

describe('the first rule that applies decides', () => {
  test.each<[string, Pod, InjectionOptions]>([
    ['host-network', everything, { namespace: 'kube-system', snapshot: enabled }],
    ['system-namespace', without(everything, host), { namespace: 'kube-system', snapshot: enabled }],
    ['mirror-pod', without(everything, host), { snapshot: enabled }],
    ['policy-unknown', without(everything, host, mirror), { snapshot: unknown }],
    ['requested-by-label', without(everything, host, mirror), { snapshot: enabled }],
    ['requested-by-annotation', without(everything, host, mirror, label), { snapshot: enabled }],
    ['never-inject-selector', without(everything, host, mirror, label, annotation), { snapshot: enabled }],
    ['always-inject-selector', without(everything, host, mirror, label, annotation, never), { snapshot: disabled }],
    ['policy-enabled', without(everything, host, mirror, label, annotation, never, always), { snapshot: enabled }],
    ['policy-disabled', without(everything, host, mirror, label, annotation, never, always), { snapshot: disabled }],
  ])('%s', (reason, pod, options) => {
    const { decision, patch } = run(pod, options)
    expect(decision.reason).toBe(reason)
    expect(decision.result === 'injected').toBe(patch.length > 0)
  })
})

describe('a pod for Windows nodes is not injected', () => {
  const affinity = (...terms: readonly JsonObject[][]) => ({
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: terms.map((matchExpressions) => ({ matchExpressions })),
      },
    },
  })
  const os = (operator: string, ...values: readonly string[]) => ({ key: 'kubernetes.io/os', operator, values })
  const zone = { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['a'] }
  const build = { key: 'node.kubernetes.io/windows-build', operator: 'Exists' }
  const reasonOf = (spec: JsonObject) => run(podWith({}, { [name]: 'true' }, spec)).decision.reason

  test.each<[string, JsonObject]>([
    ['spec.os', { os: { name: 'windows' } }],
    ['the node selector', { nodeSelector: { 'kubernetes.io/os': 'windows' } }],
    ["the node selector's former name", { nodeSelector: { 'beta.kubernetes.io/os': 'windows' } }],
    ['the build of Windows', { nodeSelector: { 'node.kubernetes.io/windows-build': '10.0.20348' } }],
    ['the affinity', { affinity: affinity([zone, os('In', 'windows')]) }],
    ['the affinity, in each term', { affinity: affinity([os('NotIn', 'linux')], [zone, build]) }],
  ])('by %s', (_, spec) => {
    expect(reasonOf(spec)).toBe('windows')
  })

  test.each<[string, JsonObject]>([
    ['it says that it is for Linux', { os: { name: 'linux' }, nodeSelector: { 'kubernetes.io/os': 'windows' } }],
    ['it selects Linux nodes', { nodeSelector: { 'kubernetes.io/os': 'linux' } }],
    ['one term allows Linux nodes', { affinity: affinity([os('In', 'windows')], [zone]) }],
    ['either is right', { affinity: affinity([os('In', 'windows', 'linux')]) }],
    ['it keeps off Windows nodes', { affinity: affinity([os('NotIn', 'windows')]) }],
    ['it has no terms', { affinity: affinity() }],
    [
      'Windows is only preferred',
      {
        affinity: {
          nodeAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              { weight: 1, preference: { matchExpressions: [os('In', 'windows')] } },
            ],
          },
        },
      },
    ],
  ])('unless %s', (_, spec) => {
    expect(reasonOf(spec)).toBe('requested-by-label')
  })
})

test.each(['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage'])(
  'never injects in %s',
  (namespace) => {
    const requesting = podWith({}, { [name]: 'true' })
    expect(run(requesting, { namespace }).decision).toMatchObject({ result: 'skipped', reason: 'system-namespace' })
    // The namespace of the pod takes precedence over that of the request.
    const own = { ...requesting, metadata: { ...requesting.metadata, namespace } }
    expect(run(own, { namespace: 'shop' }).decision.reason).toBe('system-namespace')
    expect(
      run({ ...requesting, metadata: { ...requesting.metadata, namespace: 'shop' } }, { namespace }).decision.result,
    ).toBe('injected')
    expect(
      run({ ...requesting, metadata: { ...requesting.metadata, namespace: '' } }, { namespace }).decision.reason,
    ).toBe('system-namespace')
  },
)

describe("the pod's label, or else its annotation", () => {
  test.each<[string | undefined, string | undefined, string, 'label' | 'annotation' | undefined]>([
    ['true', 'false', 'requested-by-label', undefined],
    ['false', 'true', 'refused-by-label', undefined],
    [undefined, 'true', 'requested-by-annotation', undefined],
    [undefined, 'false', 'refused-by-annotation', undefined],
    // An empty label hides the annotation, and has no effect itself.
    ['', 'true', 'policy-disabled', undefined],
    ['', 'false', 'policy-disabled', undefined],
    [undefined, '', 'policy-disabled', undefined],
    ['True', 'true', 'policy-disabled', 'label'],
    ['yes', undefined, 'policy-disabled', 'label'],
    [' true', undefined, 'policy-disabled', 'label'],
    ['0', undefined, 'policy-disabled', 'label'],
    [undefined, 'FALSE', 'policy-disabled', 'annotation'],
    [undefined, 'enabled', 'policy-disabled', 'annotation'],
  ])('label %j, annotation %j: %s', (labelled, annotated, reason, warned) => {
    const pairs = (value: string | undefined) => (value === undefined ? {} : { [name]: value })
    const { decision, warnings } = run(podWith(pairs(annotated), pairs(labelled)), { snapshot: disabled })
    expect(decision.reason).toBe(reason)
    expect(warnings.map(({ code }) => code)).toEqual(warned === undefined ? [] : ['inject-value-ignored'])
    if (warned !== undefined) {
      expect(warnings[0]?.text).toContain(`the ${warned} ${name}`)
      expect(warnings[0]?.text.length).toBeLessThanOrEqual(120)
    }
  })
})

describe('selectors', () => {
  const matches = (selector: JsonObject, labels: { [key: string]: string }) => {
    const snapshot = snapshotOf({ config: { policy: 'disabled', alwaysInjectSelector: [selector] } })
    return run(podWith({}, labels), { snapshot }).decision.reason === 'always-inject-selector'
  }
  const expression = (operator: string, ...values: string[]) => ({
    matchExpressions: [{ key: 'a', operator, ...(values.length > 0 ? { values } : {}) }],
  })

  test.each<[string, JsonObject, { [key: string]: string }, boolean]>([
    ['an empty selector matches nothing', {}, { a: 'x' }, false],
    ['a selector with empty parts matches nothing', { matchLabels: {}, matchExpressions: [] }, { a: 'x' }, false],
    ['a label', { matchLabels: { a: 'x' } }, { a: 'x' }, true],
    ['a label with another value', { matchLabels: { a: 'x' } }, { a: 'y' }, false],
    ['an empty label', { matchLabels: { a: '' } }, { a: '' }, true],
    ['an empty label, without the label', { matchLabels: { a: '' } }, {}, false],
    ['In', expression('In', 'x', 'y'), { a: 'y' }, true],
    ['In, without the label', expression('In', 'x'), {}, false],
    ['NotIn', expression('NotIn', 'x'), { a: 'y' }, true],
    ['NotIn, with one of the values', expression('NotIn', 'x'), { a: 'x' }, false],
    ['NotIn, without the label', expression('NotIn', 'x'), {}, true],
    ['Exists', expression('Exists'), { a: '' }, true],
    ['Exists, without the label', expression('Exists'), { b: '' }, false],
    ['DoesNotExist', expression('DoesNotExist'), { b: '' }, true],
    ['DoesNotExist, with the label', expression('DoesNotExist'), { a: '' }, false],
    ['all parts must match', { matchLabels: { a: 'x' }, ...expression('NotIn', 'x') }, { a: 'x' }, false],
    ['a property name of every object', { matchExpressions: [{ key: 'constructor', operator: 'Exists' }] }, {}, false],
  ])('%s', (_, selector, labels, expected) => {
    expect(matches(selector, labels)).toBe(expected)
  })

  test('one of several selectors is enough', () => {
    expect(run(podWith({}, { old: '' }), { snapshot: enabled }).decision.reason).toBe('never-inject-selector')
  })

  test.each<[string, JsonObject]>([
    ['an unknown operator', expression('Near', 'x')],
    ['In without values', expression('In')],
    ['Exists with values', expression('Exists', 'x')],
    ['no key', { matchExpressions: [{ operator: 'Exists' }] }],
    ['an invalid key', { matchLabels: { 'a b': 'x' } }],
    ['an invalid value', { matchLabels: { a: '-x' } }],
    ['a value that is a number', { matchLabels: { a: 1 } }],
    ['an unknown field', { matchLabel: { a: 'x' } }],
  ])('a configuration is rejected for %s', (_, selector) => {
    expect(() => snapshotOf({ config: { neverInjectSelector: [selector] } })).toThrow(/neverInjectSelector/)
  })
})
