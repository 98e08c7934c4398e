import fc from 'fast-check'
import { expect, test } from 'vitest'
import { overridesAnnotation, statusAnnotation } from '../../src/istio/names.ts'
import { annotationsOf, withAnnotations } from '../../src/kubernetes/pod/access.ts'
import type { Pod } from '../../src/kubernetes/pod/types.ts'
import type { Json, JsonObject } from '../../src/lang/json.ts'
import { attempted, expectSame } from '../injection/support.ts'
import { repeat } from '../support/properties.ts'
import { arbitraryPod } from './arbitrary-pod.ts'
import { arbitrarySettings, type InjectionSettings, resolve } from './arbitrary-settings.ts'
import { find, foreignEdits, meddlingEdits } from './between-passes.ts'
import { hasOneProxy, sorted } from './pods.ts'
import { assertProperty } from './runs.ts'

/* An API server calls a webhook again if a later one has changed the pod (reinvocationPolicy: IfNeeded). */

/** A pod that has not been injected: without the annotations that record an earlier pass. */
const fresh = arbitraryPod.map((pod): Pod => {
  const { [statusAnnotation]: _status, [overridesAnnotation]: _overrides, ...annotations } = annotationsOf(pod)
  return withAnnotations(pod, annotations)
})

/** The pod after a pass; rejects inputs that are not injected. */
function pass(pod: Pod, settings: InjectionSettings): Pod {
  const injection = attempted(pod, resolve(settings))
  fc.pre(injection.decision.result === 'injected' && hasOneProxy(injection.pod))
  return injection.pod
}

test(`a second pass changes nothing ${repeat}`, () =>
  assertProperty(
    fc.property(arbitraryPod, arbitrarySettings, (input, settings) => {
      const { pod, patch, decision } = attempted(pass(input, settings), resolve(settings))
      expect(decision.result).toBe('injected')
      if (patch.length > 0) expectSame('the second pass', pass(input, settings), pod)
      expect(patch).toEqual([])
    }),
  ))

test(`keeps what another webhook adds or removes, and a third pass changes nothing ${repeat}`, () =>
  assertProperty(
    fc.property(fresh, arbitrarySettings, foreignEdits, (input, settings, { apply, stays, gone }) => {
      const edited = apply(pass(input, settings))
      const second = pass(edited, settings)
      const toAll = changesAll(input)
      expect(attempted(second, resolve(settings)).patch).toEqual([])
      if (stays !== undefined && toAll)
        expect(find(second, stays) === undefined).toBe(find(edited, stays) === undefined)
      else if (stays !== undefined)
        expect(withoutProbes(find(second, stays))).toEqual(withoutProbes(find(edited, stays)))
      // These templates own every container, and restore what they own.
      if (gone !== undefined && !toAll) expect(find(second, gone)).toEqual(find(edited, gone))
    }),
  ))

test(`a second pass changes only what describes the pod to the proxy ${repeat}`, () =>
  assertProperty(
    fc.property(fresh, arbitrarySettings, foreignEdits, (input, settings, { apply }) => {
      fc.pre(!changesAll(input))
      const edited = apply(pass(input, settings))
      expectSame('the second pass', comparable(edited), comparable(pass(edited, settings)))
    }),
  ))

test(`a third pass changes nothing after another webhook has edited what injection wrote ${repeat}`, () =>
  assertProperty(
    fc.property(fresh, arbitrarySettings, meddlingEdits, (input, settings, { apply }) => {
      const second = pass(apply(pass(input, settings)), settings)
      const third = attempted(second, resolve(settings))
      if (third.patch.length > 0) expectSame('the third pass', second, third.pod)
      expect(third.patch).toEqual([])
    }),
  ))

/** Whether the pod requests templates that change every container, including those added later. */
function changesAll(pod: Pod): boolean {
  return pod.metadata?.annotations?.['inject.istio.io/templates']?.includes('grpc') === true
}

const probes = ['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle']

/** Probes of a container added between two passes are rewritten, like all others. */
function withoutProbes(item: Json | undefined): Json | undefined {
  if (typeof item !== 'object' || item === null) return item
  return Object.fromEntries(Object.entries(item).filter(([key]) => !probes.includes(key)))
}

// Derived from ports, names and probes of the application containers.
const defaultContainer = 'kubectl.kubernetes.io/default-container'
const defaultLogsContainer = 'kubectl.kubernetes.io/default-logs-container'
const derived = ['ISTIO_META_POD_PORTS', 'ISTIO_META_APP_CONTAINERS', 'ISTIO_KUBE_APP_PROBERS']

/** A pod without what is derived from its containers, and independent of the order of lists. */
function comparable(pod: Pod): Json {
  const changed = (items: Json | undefined) =>
    ((items ?? []) as readonly JsonObject[]).map((container) => {
      const plain = withoutProbes(container) as JsonObject
      if (container['name'] !== 'istio-proxy') return plain
      return {
        ...plain,
        env: ((container['env'] ?? []) as readonly JsonObject[]).filter(({ name }) => !derived.includes(String(name))),
      }
    })
  const { spec } = pod
  const { [defaultContainer]: _exec, [defaultLogsContainer]: _logs, ...annotations } = annotationsOf(pod)
  return sorted({
    ...withAnnotations(pod, annotations),
    spec: { ...spec, containers: changed(spec?.containers), initContainers: changed(spec?.initContainers) } as never,
  })
}
