import { describe, expect, test } from 'vitest'
import { defaultValues } from '../../src/config/defaults.ts'
import { loadSnapshot } from '../../src/config/load.ts'
import type { Snapshot } from '../../src/injection/model/snapshot.ts'
import type { Container, Pod } from '../../src/kubernetes/pod/types.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { mergeValues } from '../../src/lang/json-data.ts'
import { container, injected, names, podWith, run, snapshotOf } from './support.ts'

// What people report of sidecar injectors, through the whole pipeline and with the default templates: what one step does for
// them is tested beside that step. `npm run conformance` has more of it, with a folder from outside.

const app = { name: 'app', image: 'app:1' }
const proxy = (fields: JsonObject) => ({ name: 'istio-proxy', image: 'auto', ...fields })
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** Injects a pod with this spec, and again: the second pass must change nothing. */
function stable(spec: JsonObject, snapshot: Snapshot, annotations = {}): Pod {
  const { pod } = injected(podWith(annotations, {}, spec), { snapshot })
  expect(injected(pod, { snapshot }).patch).toEqual([])
  return pod
}

const modes = (['enabled', 'disabled'] as const).map((nativeSidecars) => [nativeSidecars] as const)

describe.each(modes)('with native sidecars %s', (nativeSidecars) => {
  const snapshot = snapshotOf({ nativeSidecars })

  test.each<[string, JsonObject]>([
    ['a request', { httpGet: { path: '/bye', port: 9000 } }],
    ['a pause', { sleep: { seconds: 3 } }],
    ['another command', { exec: { command: ['sleep', '3'] } }],
  ])('%s before the stop of an own proxy is the only hook', (_, preStop) => {
    const pod = stable({ containers: [app, proxy({ lifecycle: { preStop } })] }, snapshot)
    expect(container(pod, 'istio-proxy').lifecycle?.preStop).toEqual(preStop)
  })

  test("a probe and a variable of an own proxy replace the template's of another kind", () => {
    const exec = { command: ['true'] }
    const env = [{ name: 'POD_NAME', value: 'fixed' }]
    const pod = stable({ containers: [proxy({ startupProbe: { exec }, env }), app] }, snapshot)
    const { startupProbe, env: all = [] } = container(pod, 'istio-proxy')
    expect(startupProbe).toMatchObject({ exec })
    expect(startupProbe).not.toHaveProperty('httpGet')
    expect(all?.filter(({ name }) => name === 'POD_NAME')).toEqual(env)
  })

  test.each(['containers', 'initContainers'])(
    'a template with a volume of another kind, and its mount under %s',
    (list) => {
      const mount = { name: 'workload-socket', mountPath: '/run/identity', readOnly: true }
      const volume = { name: 'workload-socket', csi: { driver: 'csi.identity.example', readOnly: true } }
      const identity = JSON.stringify({
        spec: { volumes: [volume], [list]: [{ name: 'istio-proxy', volumeMounts: [mount] }] },
      })
      const config = snapshotOf({ nativeSidecars, config: { templates: { identity } } })
      for (const names of ['sidecar,identity', 'gateway,identity']) {
        const gateway = names.startsWith('gateway')
        const spec = { containers: gateway ? [proxy({ ports: [{ containerPort: 8443 }] })] : [app] }
        const pod = stable(spec, config, { 'inject.istio.io/templates': names })
        expect(pod.spec?.volumes?.filter(({ name }) => name === 'workload-socket')).toEqual([volume])
        expect(container(pod, 'istio-proxy')['volumeMounts']).toContainEqual(mount)
      }
    },
  )

  test('two protocols of one port number, and two variables of one name, stay two', () => {
    const ports = [
      { name: 'tls', containerPort: 7443, protocol: 'TCP' },
      { name: 'quic', containerPort: 7443, protocol: 'UDP' },
    ]
    const env = [
      { name: 'TWICE', value: 'a' },
      { name: 'TWICE', value: 'b' },
    ]
    const application = { ...app, ports: [{ containerPort: 53, protocol: 'UDP' }, { containerPort: 53 }], env }
    const pod = stable({ containers: [application, proxy({ ports, env })] }, snapshot)
    expect(container(pod, 'app')).toEqual(application)
    const injectedProxy = container(pod, 'istio-proxy')
    expect(injectedProxy.ports?.filter(({ containerPort }) => containerPort === 7443)).toEqual(ports)
    expect(injectedProxy.env?.filter(({ name }) => name === 'TWICE')).toEqual(env)
  })

  test('fields that no schema knows, or that are new, stay as they are written', () => {
    const unknown = { deep: { zero: 0, empty: '', no: false, none: null, list: [], object: {} } }
    const worker = {
      ...app,
      name: 'worker',
      newerField: unknown,
      resources: { claims: [{ name: 'gpu', request: 'one' }], newer: ['x'] },
      resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }],
      restartPolicy: 'Never',
      restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [3] } }],
      lifecycle: { stopSignal: 'SIGUSR2', preStop: { sleep: { seconds: 0 } } },
      env: [{ name: 'A', valueFrom: { fileKeyRef: { volumeName: 'files', path: 'a', key: 'A', optional: false } } }],
      volumeMounts: [{ name: 'files', mountPath: '/files', recursiveReadOnly: 'IfPossible' }],
    }
    const spec = {
      containers: [worker, proxy({ newerField: { zero: 0 }, resources: { newer: ['x'] } })],
      volumes: [
        { name: 'files', emptyDir: {} },
        { name: 'model', image: { reference: 'r.example/m:1' } },
        { name: 'newer', newerSource: unknown },
      ],
      resourceClaims: [{ name: 'gpu', resourceClaimTemplateName: 'one' }],
      hostUsers: false,
      hostnameOverride: 'h.example',
      schedulingGroup: { podGroupName: 'g' },
      newerField: unknown,
    }
    const pod = stable(spec, snapshot)
    expect(container(pod, 'worker')).toEqual(worker)
    const { containers: _, volumes, ...fields } = spec
    expect(pod.spec).toMatchObject(fields)
    expect(pod.spec?.volumes).toEqual(expect.arrayContaining(volumes))
    expect(container(pod, 'istio-proxy')).toMatchObject({ newerField: { zero: 0 }, resources: { newer: ['x'] } })
  })

  test("an application may mount its own volume on the proxy's paths", () => {
    const volumeMounts = ['/etc/istio/proxy', '/var/run/secrets/tokens'].map((mountPath) => ({
      name: 'own',
      mountPath,
    }))
    const pod = stable({ containers: [{ ...app, volumeMounts }], volumes: [{ name: 'own', emptyDir: {} }] }, snapshot)
    expect(container(pod, 'app')).toEqual({ ...app, volumeMounts })
  })

  test('values without limits give a valid pod', () => {
    const values = mergeValues(defaultValues, { global: { proxy: { resources: { limits: null } } } })
    const initContainers = [{ name: 'first', image: 'i:1', resources: { requests: { cpu: '3' } } }]
    const { snapshot: without } = loadSnapshot({ nativeSidecars, values: { name: 'values', object: values } })
    const pod = stable({ containers: [app], initContainers }, without)
    expect(container(pod, 'istio-proxy')['resources']).toEqual({ requests: { cpu: '100m', memory: '128Mi' } })
    expect(container(pod, 'first')).toEqual(initContainers[0])
  })

  test('an application on the ports of the agent is injected', () => {
    const ports = [{ containerPort: 15020 }, { name: 'http-envoy-prom', containerPort: 15090 }]
    const pod = stable({ containers: [{ ...app, ports, livenessProbe: { httpGet: { port: 15020 } } }] }, snapshot)
    expect(container(pod, 'app').ports).toEqual(ports)
    expect(container(pod, 'app').livenessProbe?.httpGet?.path).toBe('/app-health/app/livez')
  })

  test('an own proxy keeps a place of its own: no second one appears in the other list', () => {
    for (const list of ['containers', 'initContainers']) {
      const own = proxy(list === 'containers' ? {} : { restartPolicy: 'Always' })
      const pod = stable(
        list === 'containers' ? { containers: [own, app] } : { containers: [app], initContainers: [own] },
        snapshot,
      )
      const all = [...names(pod.spec?.containers), ...names(pod.spec?.initContainers)]
      expect(all.filter((name) => name === 'istio-proxy')).toHaveLength(1)
    }
  })

  describe('what others change between two passes', () => {
    const changes: readonly (readonly [string, string, (one: Container) => Container])[] = [
      ['the pull policy of the proxy', 'istio-proxy', (one) => ({ ...one, imagePullPolicy: 'Always' })],
      ['the seccomp profile of the proxy', 'istio-proxy', withSecurity({ seccompProfile: { type: 'RuntimeDefault' } })],
      ['the seccomp profile of istio-init', 'istio-init', withSecurity({ seccompProfile: { type: 'RuntimeDefault' } })],
      [
        'a new variable of the proxy',
        'istio-proxy',
        (one) => ({ ...one, env: [...(one.env ?? []), { name: 'NEW', value: 'x' }] }),
      ],
      ['the image of the proxy', 'istio-proxy', (one) => ({ ...one, image: 'mirror.example/proxyv2:1' })],
      ['the image of istio-init', 'istio-init', (one) => ({ ...one, image: 'mirror.example/proxyv2:1' })],
      ['the resources of the proxy', 'istio-proxy', (one) => ({ ...one, resources: { requests: { cpu: '7m' } } })],
      ['the user of the proxy', 'istio-proxy', withSecurity({ runAsUser: 2000 })],
    ]

    test.each(changes)('%s stays', (_, name, change) => expectKept(name, change))

    function expectKept(name: string, change: (one: Container) => Container): void {
      const first = injected(podWith(), { snapshot }).pod
      const edit = (list: readonly Container[] | null | undefined) =>
        (list ?? []).map((one) => (one.name === name ? change(one) : one))
      const { containers, initContainers } = first.spec ?? {}
      const spec = { ...first.spec, containers: edit(containers), initContainers: edit(initContainers) }
      const changed = { ...first, spec }
      const second = injected(changed, { snapshot }).pod
      expect(asJson(container(second, name))).toEqual(asJson(container(changed, name)))
      expect(injected(second, { snapshot }).patch).toEqual([])
    }
  })
})

function withSecurity(fields: JsonObject): (one: Container) => Container {
  return (one) => ({ ...one, securityContext: { ...one.securityContext, ...fields } })
}

test('a template for something else than pods spoils none', () => {
  const templates = { other: 'metadata: {name: {{ .Name }}, labels: {{ .GatewayLabels }}}' }
  const snapshot = snapshotOf({ config: { templates } })
  expect(run(podWith(), { snapshot }).decision.result).toBe('injected')
  const asked = run(podWith({ 'inject.istio.io/templates': 'other' }), { snapshot })
  expect(asked.decision).toMatchObject({ result: 'denied', reason: 'unusable-template' })
})

test.each<[string, string]>([
  ['inject.istio.io/templates', 'sidecar'],
  ['team.example/cost-centre', '7'],
])('an annotation of the configuration that is new or the same is no warning: %s', (name, value) => {
  const snapshot = snapshotOf({ config: { injectedAnnotations: { [name]: value } } })
  for (const own of [{}, { [name]: value }]) {
    const { pod, warnings } = injected(podWith(own), { snapshot })
    expect(pod.metadata?.annotations?.[name]).toBe(value)
    expect(warnings).toEqual([])
  }
})

// As from Istio, it is overwritten; nobody says so.
test('an annotation of the pod that the configuration overwrites is a warning', () => {
  const snapshot = snapshotOf({ config: { injectedAnnotations: { 'team.example/evict': 'true' } } })
  const { warnings } = injected(podWith({ 'team.example/evict': 'false' }), { snapshot })
  expect(warnings.map(({ text }) => text).join()).toContain('team.example/evict')
})
