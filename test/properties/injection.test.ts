import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decide } from '../../src/injection/decide/decide.ts'
import type { Pod } from '../../src/kubernetes/pod/types.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { applyPatch } from '../../src/testing/apply-patch.ts'
import { attempted, expectSame } from '../injection/support.ts'
import { repeat } from '../support/properties.ts'
import { arbitraryPod } from './arbitrary-pod.ts'
import { arbitrarySettings, resolve } from './arbitrary-settings.ts'
import { allContainers, asJson, containerLists, hasOneProxy, unknownFields } from './pods.ts'
import { assertProperty } from './runs.ts'

/* What holds for every pod, configuration and cluster state. */

test(`the patch creates the injected pod, and the original is not modified ${repeat}`, () =>
  assertProperty(
    fc.property(arbitraryPod, arbitrarySettings, (input, settings) => {
      const before = JSON.stringify(input)
      // `run` freezes the pod deeply: a write throws.
      const { pod, patch } = attempted(input, resolve(settings))
      expectSame('the patch applied', asJson(pod), applyPatch(input, asJson(patch as unknown as JsonObject[])))
      expect(JSON.stringify(input)).toBe(before)
    }),
  ))

test(`the order of labels and annotations never matters ${repeat}`, () => {
  const reversed = (map: JsonObject | null | undefined) => map && Object.fromEntries(Object.entries(map).reverse())
  return assertProperty(
    fc.property(arbitraryPod, arbitrarySettings, (input, settings) => {
      const { metadata } = input
      const other = {
        ...input,
        metadata: {
          ...metadata,
          ...(metadata?.labels && { labels: reversed(metadata.labels) }),
          ...(metadata?.annotations && { annotations: reversed(metadata.annotations) }),
        },
      }
      const [first, second] = [attempted(input, resolve(settings)), attempted(other, resolve(settings))]
      expect(second.decision).toEqual(first.decision)
      expect(second.warnings.toSorted(byText)).toEqual(first.warnings.toSorted(byText))
      expectSame('the pod', first.pod, second.pod)
    }),
  )
})

const byText = (a: { readonly text: string }, b: { readonly text: string }) => (a.text < b.text ? -1 : 1)

test(`preserves unknown fields ${repeat}`, () =>
  assertProperty(
    fc.property(arbitraryPod, arbitrarySettings, (input, settings) => {
      const { pod } = attempted(input, resolve(settings))
      fc.pre(hasOneProxy(pod))
      const after = unknownFields(pod)
      for (const [path, value] of unknownFields(input)) {
        if (after.has(path) || !replaced.test(path)) expect([path, after.get(path)]).toEqual([path, value])
      }
    }),
  ))

// A rewritten probe is replaced: the original goes to the agent, with the fields that the agent knows. A volume with the
// name of one of the proxy's gets the template's source, and a variable set by the webhook's path that value.
const replaced = /(tcpSocket|grpc)$|^\/spec\/volumes\/(istio|workload-socket)|\/istio-proxy\/env\//

test(`no two containers share a name ${repeat}`, () =>
  assertProperty(
    fc.property(arbitraryPod, arbitrarySettings, (input, settings) => {
      const { pod } = attempted(input, resolve(settings))
      // As in Istio, a proxy in the pod stays in its list even if the template has it in the other one.
      fc.pre(hasOneProxy(pod))
      const names = allContainers(pod).map(({ name }) => name)
      expect(names).toEqual([...new Set(names)])
    }),
  ))

test(`only documented fields affect the decision ${repeat}`, () =>
  assertProperty(
    fc.property(arbitraryPod, arbitraryPod, arbitrarySettings, (input, other, settings) => {
      const { snapshot, namespace: requestNamespace } = resolve(settings)
      const namespace = input.metadata?.namespace || requestNamespace
      const { hostNetwork } = input.spec ?? {}
      const { [mirror]: _mirror, [inject]: _inject, ...annotations } = other.metadata?.annotations ?? {}
      const deciding = Object.entries(input.metadata?.annotations ?? {}).filter(([key]) =>
        [mirror, inject].includes(key),
      )
      const { namespace: _namespace, ...metadata } = other.metadata ?? {}
      const similar = {
        ...other,
        metadata: {
          ...metadata,
          ...(input.metadata?.namespace && { namespace: input.metadata.namespace }),
          annotations: { ...annotations, ...Object.fromEntries(deciding) },
          labels: input.metadata?.labels ?? {},
        },
        spec: { ...other.spec, hostNetwork: hostNetwork === true },
      } as Pod
      const decision = decide(input, namespace, snapshot)
      expect(decide(similar, namespace, snapshot)).toEqual(decision)
      const injected = attempted(similar, resolve(settings)).decision
      if (injected.result !== 'denied') expect(injected.reason).toBe(decision.reason)
    }),
  ))

const mirror = 'kubernetes.io/config.mirror'
const inject = 'sidecar.istio.io/inject'

test('the generator covers what injection has rules for', () => {
  const pods = fc.sample(arbitraryPod, { numRuns: 400, seed: 1 })
  const results = pods.map((pod) => attempted(pod).decision.result)
  const share = (is: (pod: Pod) => boolean) => pods.filter(is).length / pods.length
  const text = (pod: Pod) => JSON.stringify(pod)
  expect(results.filter((result) => result === 'injected').length / pods.length).toBeGreaterThan(0.6)
  expect(new Set(results)).toEqual(new Set(['injected', 'skipped', 'denied']))
  for (const list of containerLists)
    expect(share((pod) => (pod.spec?.[list] ?? []) !== null && list in (pod.spec ?? {}))).toBeGreaterThan(0)
  for (const kind of [
    'httpGet',
    'tcpSocket',
    'grpc',
    'exec',
    'valueFrom',
    'emptyDir',
    'restartPolicy":"Always',
    '__proto__',
    'ofNewerKubernetes',
    'ownerReferences',
  ])
    expect([kind, share((pod) => text(pod).includes(`"${kind}"`)) > 0.02]).toEqual([kind, true])
  expect(share((pod) => allContainers(pod).some(({ name }) => name === 'istio-proxy'))).toBeGreaterThan(0.2)
})
