import { describe, expect, test } from 'vitest'
import { injectWithCauses } from '../../../src/explain/provenance/inject.ts'
import { noFacts } from '../../../src/injection/model/facts.ts'
import { describeFault } from '../../../src/injection/model/fault.ts'
import type { JsonObject, StringMap } from '../../../src/lang/json.ts'
import { type Configuration, podWith, snapshotOf } from '../support.ts'

/** The first thing that is said of a pod that Kubernetes would refuse once it is injected, without lines of templates. */
function refusal(pod: JsonObject, configuration: Configuration = {}): string {
  const request = { pod, namespace: 'shop', path: '/inject' }
  const { decision } = injectWithCauses(request, snapshotOf(configuration), noFacts)
  expect(decision).toMatchObject({ result: 'denied', reason: 'invalid-injected-pod' })
  const [fault] = decision.faults
  const text = fault === undefined ? '' : describeFault(fault)
  expect(decision.message).toMatch(/^Kubernetes would refuse the injected pod: /)
  expect(decision.message).toContain(text)
  return text.replace(/(sidecar|shared|team):\d+/g, '$1')
}

const annotated = (annotations: StringMap) => podWith(annotations)
const own = (fields: JsonObject) =>
  podWith(
    {},
    {},
    {
      containers: [
        { name: 'app', image: 'app:1' },
        { name: 'istio-proxy', image: 'auto', ...fields },
      ],
    },
  )

const withTemplate = (team: string): Configuration => ({
  config: { templates: { team } },
})

describe('names what clashes, and what set it', () => {
  test.each<[string, JsonObject, Configuration, string]>([
    [
      'an annotation above the limit of another',
      annotated({ 'sidecar.istio.io/proxyCPU': '500m', 'sidecar.istio.io/proxyCPULimit': '200m' }),
      {},
      'spec.containers[1].resources.requests["cpu"]: the request 500m is above the limit 200m (annotation sidecar.istio.io/proxyCPU, shared; spec.containers[1].resources.limits["cpu"]: annotation sidecar.istio.io/proxyCPULimit, shared)',
    ],
    [
      'a number that is too large',
      annotated({ 'readiness.status.sidecar.istio.io/failureThreshold': '4294967295' }),
      {},
      'spec.containers[1].readinessProbe.failureThreshold: 4294967295 is not a whole number from -2147483647 to 2147483647 (annotation readiness.status.sidecar.istio.io/failureThreshold, sidecar)',
    ],
    [
      'a negative quantity',
      annotated({ 'sidecar.istio.io/proxyMemory': '-1' }),
      {},
      'spec.containers[1].resources.requests["memory"]: "-1" is not a quantity of zero or more (annotation sidecar.istio.io/proxyMemory, shared)',
    ],
    [
      'a mount without its volume',
      annotated({ 'sidecar.istio.io/userVolumeMount': '{"nosuch":{"mountPath":"/x"}}' }),
      {},
      'spec.containers[1].volumeMounts[9].name: no volume of the pod is named "nosuch" (annotation sidecar.istio.io/userVolumeMount, shared)',
    ],
    [
      "a limit of the pod's own proxy below the request of the values",
      own({ resources: { limits: { cpu: '50m' } } }),
      {},
      'spec.containers[1].resources.requests["cpu"]: the request 100m is above the limit 50m (values global.proxy.resources, shared; spec.containers[1].resources.limits["cpu"]: the pod\'s spec.containers[istio-proxy])',
    ],
    [
      "privileges of the pod's own proxy",
      own({ securityContext: { privileged: true } }),
      {},
      "spec.containers[1].securityContext.privileged: it excludes allowPrivilegeEscalation: false (the pod's spec.containers[istio-proxy]; spec.containers[1].securityContext.allowPrivilegeEscalation: values global.proxy.privileged, sidecar)",
    ],
    [
      'a volume of two kinds',
      annotated({ 'inject.istio.io/templates': 'sidecar,team' }),
      withTemplate('spec: {volumes: [{name: v, emptyDir: {}, secret: {secretName: s}}]}'),
      'spec.volumes[0]: only one of emptyDir, secret may be set (team)',
    ],
    [
      'a container without an image',
      annotated({ 'inject.istio.io/templates': 'sidecar,team' }),
      withTemplate('spec: {containers: [{name: other}]}'),
      'spec.containers[0].image: it is required, and empty (team)',
    ],
    [
      'names that are not allowed',
      annotated({ 'inject.istio.io/templates': 'sidecar,team' }),
      withTemplate('spec: {containers: [{name: other, image: o, env: [{name: "a=b", value: x}]}]}'),
      'spec.containers[0].env[0].name: "a=b" must be printable ASCII characters without = (team)',
    ],
    [
      'two ports of one name',
      annotated({ 'inject.istio.io/templates': 'sidecar,team' }),
      withTemplate('spec: {containers: [{name: istio-proxy, ports: [{containerPort: 9999, name: http-envoy-prom}]}]}'),
      'spec.containers[1].ports[1].name: the port name "http-envoy-prom" is used twice (sidecar; spec.containers[1].ports[0].name: team)',
    ],
  ])('%s', (_, pod, configuration, expected) => {
    expect(refusal(pod, configuration)).toBe(expected)
  })
})

describe('a configuration that spoils every pod is refused when it is loaded', () => {
  const load = (configuration: Configuration) => () => snapshotOf(configuration)
  const custom = (team: string) => ({ defaultTemplates: ['sidecar', 'team'], templates: { team } })

  test.each<[string, Configuration, RegExp]>([
    ['by the values', { set: ['global.imagePullPolicy=Sometimes'] }, /"Sometimes" is none of/],
    ['by a template', { config: custom('spec: {containers: [{name: own}]}') }, /it is required, and empty/],
    [
      'as a native sidecar',
      { nativeSidecars: 'enabled', config: { defaultTemplates: ['sidecar', 'gateway'] } },
      /native sidecar: .*both bring a proxy/,
    ],
    [
      'in one of the two ways of auto',
      { nativeSidecars: 'auto', config: { defaultTemplates: ['sidecar', 'gateway'] } },
      /native sidecar: .*both bring a proxy/,
    ],
  ])('%s', (_, configuration, message) => {
    expect(load(configuration)).toThrow(message)
  })

  test('unless it spoils pods only in a way in which no proxy runs', () => {
    expect(load({ nativeSidecars: 'disabled', config: { defaultTemplates: ['sidecar', 'gateway'] } })).not.toThrow()
  })
})
