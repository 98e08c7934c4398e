import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decide } from '../../src/injection/decide/decide.ts'
import type { Pod } from '../../src/kubernetes/pod/types.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { applyPatch } from '../../src/testing/apply-patch.ts'
import { expectSame, run } from '../injection/support.ts'
import { repeat } from '../support/properties.ts'
import { arbitraryPod } from './arbitrary-pod.ts'
import { resolve, surroundings } from './arbitrary-settings.ts'
import { allContainers, asJson, containerLists, hasOneProxy, unknownFields } from './pods.ts'
import { holds } from './runs.ts'

/* What holds for every pod, whatever is in it and around it. */

test(`the patch applied gives the pod, and the pod that came is frozen ${repeat}`, () =>
  holds(
    fc.property(arbitraryPod, surroundings, (input, around) => {
      const before = JSON.stringify(input)
      // `run` freezes the pod at every depth: a write throws.
      const { pod, patch } = run(input, resolve(around))
      expectSame('the patch applied', asJson(pod), applyPatch(input, asJson(patch as unknown as JsonObject[])))
      expect(JSON.stringify(input)).toBe(before)
    }),
  ))

test(`the order of labels and annotations never matters ${repeat}`, () => {
  const turned = (map: JsonObject | null | undefined) => map && Object.fromEntries(Object.entries(map).reverse())
  return holds(
    fc.property(arbitraryPod, surroundings, (input, around) => {
      const { metadata } = input
      const other = {
        ...input,
        metadata: {
          ...metadata,
          ...(metadata?.labels && { labels: turned(metadata.labels) }),
          ...(metadata?.annotations && { annotations: turned(metadata.annotations) }),
        },
      }
      const [one, two] = [run(input, resolve(around)), run(other, resolve(around))]
      expect(two.decision).toEqual(one.decision)
      expect(two.warnings.toSorted(byText)).toEqual(one.warnings.toSorted(byText))
      expectSame('the pod', one.pod, two.pod)
    }),
  )
})

const byText = (a: { readonly text: string }, b: { readonly text: string }) => (a.text < b.text ? -1 : 1)

test(`fields that no type knows stay where they are ${repeat}`, () =>
  holds(
    fc.property(arbitraryPod, surroundings, (input, around) => {
      const { pod } = run(input, resolve(around))
      fc.pre(hasOneProxy(pod))
      const after = unknownFields(pod)
      for (const [path, value] of unknownFields(input)) {
        if (after.has(path) || !replaced.test(path)) expect([path, after.get(path)]).toEqual([path, value])
      }
    }),
  ))

// A rewritten probe is another one: the original goes to the agent, by the types that the agent knows. A volume by the
// name of one of the proxy's has the template's source, and a variable that the webhook's path sets is the path's.
const replaced = /(tcpSocket|grpc)$|^\/spec\/volumes\/(istio|workload-socket)|\/istio-proxy\/env\//

test(`no two containers share a name ${repeat}`, () =>
  holds(
    fc.property(arbitraryPod, surroundings, (input, around) => {
      const { pod } = run(input, resolve(around))
      // Istio's contract, held by its results: a proxy that the pod brings where the template doesn't have it stays there.
      fc.pre(hasOneProxy(pod))
      const names = allContainers(pod).map(({ name }) => name)
      expect(names).toEqual([...new Set(names)])
    }),
  ))

test(`only what is documented decides ${repeat}`, () =>
  holds(
    fc.property(arbitraryPod, arbitraryPod, surroundings, (input, other, around) => {
      const { snapshot, namespace: ofRequest } = resolve(around)
      const namespace = input.metadata?.namespace || ofRequest
      const { hostNetwork } = input.spec ?? {}
      const { [mirror]: _mirror, [inject]: _inject, ...annotations } = other.metadata?.annotations ?? {}
      const deciding = Object.entries(input.metadata?.annotations ?? {}).filter(([key]) =>
        [mirror, inject].includes(key),
      )
      const { namespace: _namespace, ...metadata } = other.metadata ?? {}
      const alike = {
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
      expect(decide(alike, namespace, snapshot)).toEqual(decision)
      const whole = run(alike, resolve(around)).decision
      if (whole.result !== 'denied') expect(whole.reason).toBe(decision.reason)
    }),
  ))

const mirror = 'kubernetes.io/config.mirror'
const inject = 'sidecar.istio.io/inject'

test('the generator reaches what injection has rules for', () => {
  const pods = fc.sample(arbitraryPod, { numRuns: 400, seed: 1 })
  const results = pods.map((pod) => run(pod).decision.result)
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
