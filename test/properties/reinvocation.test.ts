import fc from 'fast-check'
import { expect, test } from 'vitest'
import { overridesAnnotation, statusAnnotation } from '../../src/istio/names.ts'
import { changeProxy } from '../../src/istio/proxy.ts'
import { annotationsOf, labelsOf, withAnnotations } from '../../src/kubernetes/pod/access.ts'
import type { Container, EnvVar, Pod } from '../../src/kubernetes/pod/types.ts'
import type { Json, JsonObject } from '../../src/lang/json.ts'
import { expectSame, run } from '../injection/support.ts'
import { repeat } from '../support/properties.ts'
import { arbitraryPod } from './arbitrary-pod.ts'
import { arbitrarySettings, type InjectionSettings, resolve } from './arbitrary-settings.ts'
import { applyEdit, arbitraryChoice, chooseEdit, type FieldEdit, hasEdit, injectedFields } from './injected-edits.ts'
import { hasOneProxy, sorted } from './pods.ts'
import { assertProperty } from './runs.ts'

/* What others change between two passes stays, and what the first pass computed from the pod is computed again. */

/** A pod that has not been injected, and of which nobody tracks who set what. */
const fresh = arbitraryPod.map((pod): Pod => {
  const { [statusAnnotation]: _status, [overridesAnnotation]: _overrides, ...annotations } = annotationsOf(pod)
  const { managedFields: _managed, ...metadata } = pod.metadata ?? {}
  return withAnnotations({ ...pod, metadata }, annotations)
})

/** The pod as an API server sends it, which tracks what its creator sent. */
function tracked(pod: Pod): Pod {
  const fieldsOf = (map: JsonObject) => Object.fromEntries(Object.keys(map).map((name) => [`f:${name}`, {}]))
  const fields = { 'f:labels': fieldsOf(labelsOf(pod)), 'f:annotations': fieldsOf(annotationsOf(pod)) }
  const managedFields = [{ manager: 'kubectl', fieldsV1: { 'f:metadata': fields } }]
  return { ...pod, metadata: { ...pod.metadata, managedFields } }
}

/** The pod after a pass; rejects inputs that are not injected. */
function pass(pod: Pod, settings: InjectionSettings): Pod {
  const injection = run(pod, resolve(settings))
  fc.pre(injection.decision.result === 'injected' && hasOneProxy(injection.pod))
  return injection.pod
}

/** Edits of what the first pass set; rejects pods without any. */
function editsOf(input: Pod, first: Pod, choices: readonly (readonly [number, FieldEdit['kind']])[]) {
  const fields = injectedFields(input, first)
  const chosen = choices.map((choice) => chooseEdit(fields, choice)).filter((edit) => edit !== undefined)
  // A pod that lacks variables and annotations may be one that another release injected.
  const edits = chosen.filter(({ kind }, index) => kind !== 'remove' || index === 0)
  fc.pre(edits.length > 0)
  return edits
}

test(`an edit of any field that the first pass set survives the second, which changes nothing ${repeat}`, () =>
  assertProperty(
    fc.property(
      fresh,
      arbitrarySettings,
      fc.array(arbitraryChoice, { minLength: 1, maxLength: 4 }),
      (input, settings, choices) => {
        const first = pass(input, settings)
        const edited = editsOf(input, first, choices).reduce(applyEdit, first)
        const second = pass(edited, settings)
        expectSame('the second pass', edited, second)
        expect(run(second, resolve(settings)).patch).toEqual([])
      },
    ),
    0.5,
  ))

test(`an edit survives too if it is known what the creator of the pod sent ${repeat}`, () =>
  assertProperty(
    fc.property(fresh, arbitrarySettings, arbitraryChoice, (input, settings, choice) => {
      const first = pass(tracked(input), settings)
      const [edit] = editsOf(input, first, [choice])
      fc.pre(edit !== undefined && edit.path[1] !== 'managedFields')
      const edited = applyEdit(first, edit)
      const second = pass(edited, settings)
      expect(hasEdit(second, edited, edit)).toBe(true)
      expect(run(second, resolve(settings)).patch).toEqual([])
    }),
  ))

const addition: fc.Arbitrary<(pod: Pod) => Pod> = fc.constantFrom(
  (pod) => inSpec(pod, (all) => [...all, added]),
  (pod) => inSpec(pod, (all) => [added, ...all]),
  (pod) => inSpec(pod, (all) => [...all, { ...added, livenessProbe: { tcpSocket: { port: 7001 } } }]),
  (pod) => inSpec(pod, (all) => [...all, { ...added, startupProbe: { grpc: { port: 7001 } } }]),
  (pod) => inSpec(pod, (all) => all.map((one) => (isApp(one) ? { ...one, ports: [...(one.ports ?? []), port] } : one))),
)

const port = { containerPort: 7001, name: 'added', protocol: 'TCP' }
const added: Container = {
  name: 'added',
  image: 'added:1',
  ports: [port],
  livenessProbe: { httpGet: { path: '/', port: 7001 } },
}

function isApp({ name }: Container): boolean {
  return name === 'app' || name === 'other' || name === 'main'
}

function inSpec(pod: Pod, change: (containers: readonly Container[]) => readonly Container[]): Pod {
  return { ...pod, spec: { ...pod.spec, containers: change(pod.spec?.containers ?? []) } }
}

test(`what is added after the first pass has the effect that it would have had before ${repeat}`, () =>
  assertProperty(
    fc.property(fresh, arbitrarySettings, addition, (input, settings, add) => {
      const first = pass(input, settings)
      // Templates that change every container store what it was, in the order in which they did.
      fc.pre(!annotationsOf(input)['inject.istio.io/templates']?.includes('grpc'))
      // A native proxy leaves such a pod without containers, which Kubernetes refuses.
      fc.pre(input.spec?.containers?.some(({ name }) => name !== 'istio-proxy') === true)
      // In which list the pod author had such a proxy can't be told if another container has its port.
      fc.pre(input.spec?.initContainers?.some(({ name, ports }) => name === 'istio-proxy' && ports != null) !== true)
      const later = pass(add(first), settings)
      expectSame('the second pass', withoutOrder(pass(add(input), settings)), withoutOrder(later))
      expect(run(later, resolve(settings)).patch).toEqual([])
    }),
    0.5,
  ))

/** A pod without what depends on the order of containers: the default one, and the order of their ports. */
function withoutOrder(pod: Pod): Json {
  const annotations = Object.entries(annotationsOf(pod)).filter(([name]) => !/\/default-(logs-)?container$/.test(name))
  const inOrder = changeProxy(pod, (proxy) => ({ ...proxy, env: (proxy.env ?? []).map(withSortedPorts) }))
  return sorted(withAnnotations(inOrder, Object.fromEntries(annotations)))
}

function withSortedPorts({ name, value, ...rest }: EnvVar): EnvVar {
  if (name !== 'ISTIO_META_POD_PORTS' || !value?.startsWith('[')) return { ...rest, name, ...(value && { value }) }
  const ports = (JSON.parse(value) as readonly Json[]).map((one) => JSON.stringify(one))
  return { ...rest, name, value: ports.sort().join() }
}

test(`an edit and an addition do not disturb each other ${repeat}`, () =>
  assertProperty(
    fc.property(fresh, arbitrarySettings, addition, arbitraryChoice, (input, settings, add, choice) => {
      const first = pass(input, settings)
      const [edit] = editsOf(input, first, [choice])
      if (edit === undefined || describes.test(JSON.stringify(edit.path))) return
      const edited = applyEdit(first, edit)
      const second = pass(add(edited), settings)
      expect(hasEdit(second, edited, edit)).toBe(true)
      expectSame('the second pass', sorted(applyEdit(pass(add(first), settings), edit)), sorted(second))
      expect(run(second, resolve(settings)).patch).toEqual([])
    }),
    0.5,
  ))

/** By these variables a later pass knows what the first one took. */
const describes = /ISTIO_META_APP_CONTAINERS|ISTIO_META_POD_PORTS|ISTIO_KUBE_APP_PROBERS/
