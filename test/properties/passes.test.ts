import fc from 'fast-check'
import { expect, test } from 'vitest'
import { overridesAnnotation, statusAnnotation } from '../../src/istio/names.ts'
import { annotationsOf, withAnnotations } from '../../src/kubernetes/pod/access.ts'
import type { Pod } from '../../src/kubernetes/pod/types.ts'
import type { Json, JsonObject } from '../../src/lang/json.ts'
import { expectSame, run } from '../injection/support.ts'
import { repeat } from '../support/properties.ts'
import { arbitraryPod } from './arbitrary-pod.ts'
import { resolve, type Surroundings, surroundings } from './arbitrary-settings.ts'
import { find, foreignEdits, meddlingEdits } from './between-passes.ts'
import { hasOneProxy, sorted } from './pods.ts'
import { holds } from './runs.ts'

/* An API server calls a webhook again when another one has changed the pod (reinvocationPolicy: IfNeeded). */

/** A pod that no injector has seen: a status that its author made up tells of a pass that never was. */
const fresh = arbitraryPod.map((pod): Pod => {
  const { [statusAnnotation]: _status, [overridesAnnotation]: _overrides, ...annotations } = annotationsOf(pod)
  return withAnnotations(pod, annotations)
})

/** The pod after a pass, which must be one that injects. */
function pass(pod: Pod, around: Surroundings): Pod {
  const injection = run(pod, resolve(around))
  fc.pre(injection.decision.result === 'injected' && hasOneProxy(injection.pod))
  return injection.pod
}

test(`a second pass changes nothing ${repeat}`, () =>
  holds(
    fc.property(fresh, surroundings, (input, around) => {
      const { pod, patch, decision } = run(pass(input, around), resolve(around))
      expect(decision.result).toBe('injected')
      if (patch.length > 0) expectSame('the second pass', pass(input, around), pod)
      expect(patch).toEqual([])
    }),
  ))

test(`what another webhook adds stays, what it removes stays away, and a third pass changes nothing ${repeat}`, () =>
  holds(
    fc.property(fresh, surroundings, foreignEdits, (input, around, { apply, stays, gone }) => {
      const edited = apply(pass(input, around))
      const second = pass(edited, around)
      const toAll = changesAll(input)
      expect(run(second, resolve(around)).patch).toEqual([])
      if (stays !== undefined && toAll)
        expect(find(second, stays) === undefined).toBe(find(edited, stays) === undefined)
      else if (stays !== undefined)
        expect(withoutProbes(find(second, stays))).toEqual(withoutProbes(find(edited, stays)))
      // Those templates know every container as theirs, and theirs are put back.
      if (gone !== undefined && !toAll) expect(find(second, gone)).toEqual(find(edited, gone))
    }),
  ))

test(`and nothing else changes but what tells the proxy of the pod ${repeat}`, () =>
  holds(
    fc.property(fresh, surroundings, foreignEdits, (input, around, { apply }) => {
      fc.pre(!changesAll(input))
      const edited = apply(pass(input, around))
      expectSame('the second pass', told(edited), told(pass(edited, around)))
    }),
  ))

test(`after a webhook that meddles with what injection wrote, one more pass changes nothing ${repeat}`, () =>
  holds(
    fc.property(fresh, surroundings, meddlingEdits, (input, around, { apply }) => {
      const second = pass(apply(pass(input, around)), around)
      const third = run(second, resolve(around))
      if (third.patch.length > 0) expectSame('the third pass', second, third.pod)
      expect(third.patch).toEqual([])
    }),
  ))

/** Whether the pod asks for templates that change every container, also one that comes later. */
function changesAll(pod: Pod): boolean {
  return pod.metadata?.annotations?.['inject.istio.io/templates']?.includes('grpc') === true
}

const probes = ['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle']

/** A container that comes between two passes has its probes rewritten, as any other. */
function withoutProbes(item: Json | undefined): Json | undefined {
  if (typeof item !== 'object' || item === null) return item
  return Object.fromEntries(Object.entries(item).filter(([key]) => !probes.includes(key)))
}

// Ports, names and probes of the application's containers: what the proxy is told of them follows them.
const defaultContainer = 'kubectl.kubernetes.io/default-container'
const defaultLogsContainer = 'kubectl.kubernetes.io/default-logs-container'
const derived = ['ISTIO_META_POD_PORTS', 'ISTIO_META_APP_CONTAINERS', 'ISTIO_KUBE_APP_PROBERS']

/** A pod without what follows from its containers, and without the order of its lists. */
function told(pod: Pod): Json {
  const changed = (items: Json | undefined) =>
    ((items ?? []) as readonly JsonObject[]).map((one) => {
      const plain = withoutProbes(one) as JsonObject
      if (one['name'] !== 'istio-proxy') return plain
      return {
        ...plain,
        env: ((one['env'] ?? []) as readonly JsonObject[]).filter(({ name }) => !derived.includes(String(name))),
      }
    })
  const { spec } = pod
  const { [defaultContainer]: _exec, [defaultLogsContainer]: _logs, ...annotations } = annotationsOf(pod)
  return sorted({
    ...withAnnotations(pod, annotations),
    spec: { ...spec, containers: changed(spec?.containers), initContainers: changed(spec?.initContainers) } as never,
  })
}
