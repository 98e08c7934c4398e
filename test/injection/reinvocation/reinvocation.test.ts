import { describe, expect, test } from 'vitest'
import { annotationsOf, withAnnotations } from '../../../src/kubernetes/pod/access.ts'
import type { Container, Pod } from '../../../src/kubernetes/pod/types.ts'
import type { Json, JsonObject } from '../../../src/lang/json.ts'
import { container, type InjectionOptions, injected, podWith, proxyVariable, run, snapshotOf } from '../support.ts'

const status = 'sidecar.istio.io/status'

/** The pod with one container changed, as another webhook does between two passes. */
function withContainer(pod: Pod, name: string, change: (container: Container) => Container): Pod {
  const changed = (all: readonly Container[] | null | undefined) =>
    (all ?? []).map((one) => (one.name === name ? change(one) : one))
  const { spec } = pod
  return {
    ...pod,
    spec: { ...spec, containers: changed(spec?.containers), initContainers: changed(spec?.initContainers) },
  }
}

function withProxy(pod: Pod, changes: JsonObject): Pod {
  return withContainer(pod, 'istio-proxy', (proxy) => ({ ...proxy, ...changes }))
}

function withAdded(pod: Pod, added: Container): Pod {
  return { ...pod, spec: { ...pod.spec, containers: [...(pod.spec?.containers ?? []), added] } }
}

/** A pod as an API server sends it, which tracks the fields that its creator sent. */
function tracked(pod: Pod, annotations: readonly string[]): Pod {
  const names = Object.fromEntries(annotations.map((name) => [`f:${name}`, {}]))
  const managedFields: Json = [{ manager: 'kubectl', fieldsV1: { 'f:metadata': { 'f:annotations': names } } }]
  return { ...pod, metadata: { ...pod.metadata, managedFields } }
}

const security = { runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' }, capabilities: { drop: ['ALL'] } }
const changes: readonly (readonly [string, (first: Pod) => Pod])[] = [
  ['the image of a registry mirror', (first) => withProxy(first, { image: 'mirror.example.com/istio/proxyv2:1' })],
  [
    'resources of a VPA',
    (first) => withProxy(first, { resources: { requests: { cpu: '35m', memory: '80Mi' }, limits: { cpu: '70m' } } }),
  ],
  [
    'defaults of a LimitRanger',
    (first) =>
      withContainer(first, 'istio-init', (init) => ({
        ...init,
        resources: { limits: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '1Gi' }, requests: { cpu: '1' } },
      })),
  ],
  ['the security context of a policy engine', (first) => withProxy(first, { securityContext: security })],
  [
    'a removed capability',
    (first) =>
      withContainer(first, 'istio-init', ({ securityContext, ...init }) => ({
        ...init,
        securityContext: { ...securityContext, capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] } },
      })),
  ],
  [
    'a removed field',
    (first) => withContainer(first, 'istio-proxy', ({ readinessProbe: _, ...proxy }) => ({ ...proxy })),
  ],
  ['other arguments', (first) => withProxy(first, { args: ['proxy', 'sidecar', '--log_as_json'] })],
  [
    'another value of a variable, and one more',
    (first) =>
      withContainer(first, 'istio-proxy', (proxy) => ({
        ...proxy,
        env: [
          { name: 'FIRST', value: 'x' },
          ...(proxy.env ?? []).map((one) => (one.name === 'CA_ADDR' ? { ...one, value: 'ca:15012' } : one)),
        ],
      })),
  ],
  [
    'another volume',
    (first) => ({
      ...first,
      spec: {
        ...first.spec,
        volumes: (first.spec?.volumes ?? []).map((one) =>
          one.name === 'istio-envoy' ? { name: one.name, ephemeral: { volumeClaimTemplate: { spec: {} } } } : one,
        ),
      },
    }),
  ],
  [
    'labels and annotations',
    (first) => ({
      ...first,
      metadata: {
        ...first.metadata,
        labels: { ...first.metadata?.labels, 'service.istio.io/canonical-name': 'other' },
        annotations: {
          ...first.metadata?.annotations,
          'kubectl.kubernetes.io/default-container': 'other',
          'prometheus.io/scrape': 'false',
        },
      },
    }),
  ],
]

const native = snapshotOf({ nativeSidecars: 'enabled' })
const added: Container = {
  name: 'added',
  image: 'added:1',
  ports: [{ name: 'added', containerPort: 7001 }],
  livenessProbe: { httpGet: { path: '/', port: 7001 } },
}

describe.each<[string, InjectionOptions]>([
  ['a proxy', {}],
  ['a native sidecar', { snapshot: native }],
])('a second pass over %s keeps', (_kind, options) => {
  test.each(changes)('%s', (_what, change) => {
    const first = injected(podWith({}, { app: 'web' }), options).pod
    const changed = change(first)
    expect(changed).not.toEqual(first)
    expect(injected(changed, options).patch).toEqual([])
  })

  test.each(changes)('%s, and tells the proxy of a container that came with it', (_what, change) => {
    const first = injected(podWith({}, { app: 'web' }), options).pod
    const second = injected(withAdded(change(first), added), options).pod
    expect(proxyVariable(second, 'ISTIO_META_APP_CONTAINERS')).toBe('app,added')
    expect(JSON.parse(proxyVariable(second, 'ISTIO_META_POD_PORTS') ?? '')).toEqual([
      { name: 'added', containerPort: 7001 },
    ])
    expect(JSON.parse(proxyVariable(second, 'ISTIO_KUBE_APP_PROBERS') ?? '')).toEqual({
      '/app-health/added/livez': { httpGet: { path: '/', port: 7001 } },
    })
    const alone = injected(withAdded(first, added), options).pod
    expect(second).toEqual(change(alone))
    expect(injected(second, options).patch).toEqual([])
  })
})

describe('a second pass computes again', () => {
  test('what describes a new port of a container', () => {
    const first = injected(podWith()).pod
    const ports = [{ containerPort: 9000 }]
    const second = injected(withContainer(first, 'app', (app) => ({ ...app, ports }))).pod
    expect(JSON.parse(proxyVariable(second, 'ISTIO_META_POD_PORTS') ?? '')).toEqual(ports)
    expect(injected(second).patch).toEqual([])
  })

  test('what the agent calls for a probe that was replaced', () => {
    const probe = (port: number) => ({ livenessProbe: { httpGet: { path: '/live', port } } })
    const first = injected(podWith({}, {}, { containers: [{ name: 'app', ...probe(8080) }] })).pod
    const second = injected(withContainer(first, 'app', (app) => ({ ...app, ...probe(9090) }))).pod
    expect(container(second, 'app').livenessProbe).toEqual(container(first, 'app').livenessProbe)
    expect(proxyVariable(second, 'ISTIO_KUBE_APP_PROBERS')).toBe(
      '{"/app-health/app/livez":{"httpGet":{"path":"/live","port":9090}}}',
    )
    expect(injected(second).patch).toEqual([])
  })

  test("what the agent scrapes, if the application's port was set", () => {
    const first = injected(podWith({ 'prometheus.io/path': '/own' })).pod
    const annotations = { ...first.metadata?.annotations, 'prometheus.io/port': '9090' }
    const second = injected({ ...first, metadata: { ...first.metadata, annotations } }).pod
    expect(second.metadata?.annotations).toEqual(first.metadata?.annotations)
    expect(proxyVariable(second, 'ISTIO_PROMETHEUS_ANNOTATIONS')).toBe('{"scrape":"true","path":"","port":"9090"}')
    expect(injected(second).patch).toEqual([])
  })

  test('what an annotation sets that its creator did not send', () => {
    const first = injected(tracked(podWith({ own: 'x' }), ['own'])).pod
    const annotations = { ...first.metadata?.annotations, 'sidecar.istio.io/logLevel': 'debug' }
    const changed = withProxy({ ...first, metadata: { ...first.metadata, annotations } }, { image: 'mirror:1' })
    const second = injected(changed).pod
    expect(container(second, 'istio-proxy')).toMatchObject({ image: 'mirror:1' })
    expect(container(second, 'istio-proxy').args).toContain('--proxyLogLevel=debug')
    expect(injected(second).patch).toEqual([])
  })
})

test('an application container that templates change keeps the image of a registry mirror', () => {
  const first = injected(podWith({ 'inject.istio.io/templates': 'grpc-agent' })).pod
  const mirrored = withContainer(first, 'app', (app) => ({ ...app, image: 'mirror.example.com/app:1' }))
  expect(injected(mirrored).patch).toEqual([])
})

describe('renders a pod again', () => {
  const changed = (options: InjectionOptions = {}, pod = podWith()) =>
    withProxy(injected(pod, options).pod, { image: 'old:1' })
  const image = (pod: Pod, options: InjectionOptions = {}) => container(injected(pod, options).pod, 'istio-proxy').image
  const own = container(injected(podWith()).pod, 'istio-proxy').image

  test('whose status another revision wrote', () => {
    expect(image(changed({ snapshot: snapshotOf({ revision: 'canary' }) }))).toBe(own)
  })

  test('whose status came with the request', () => {
    expect(image(tracked(changed(), [status]))).toBe(own)
    expect(image(tracked(changed(), ['other']))).toBe('old:1')
  })

  test('which was stamped with another configuration', () => {
    const stamped = snapshotOf({ stampHash: true, set: ['global.proxy.logLevel=debug'] })
    expect(image(changed({ snapshot: stamped }), { snapshot: snapshotOf({ stampHash: true }) })).toBe(own)
    expect(image(changed({ snapshot: stamped }), { snapshot: stamped })).toBe('old:1')
  })

  test('that has not the containers of its status', () => {
    const { metadata } = injected(podWith()).pod
    expect(image({ ...podWith(), metadata: { ...metadata } })).toBe(own)
  })

  test.each(['x', '{}', '{"containers":["app"],"revision":"default"}'])('with the status %s', (text) => {
    const first = injected(podWith({ [status]: text }, {}, { containers: [{ name: 'app' }, { name: 'other' }] })).pod
    expect(container(first, 'istio-proxy').image).toBe(own)
    expect(run(first).patch).toEqual([])
  })
})

describe('a second pass changes nothing of', () => {
  const twice = (pod: Pod, options: InjectionOptions = {}) => injected(injected(pod, options).pod, options).patch

  test('an own proxy with variables that the injector appends', () => {
    const env = [
      { name: 'ISTIO_PROMETHEUS_ANNOTATIONS', value: 'own' },
      { name: 'ISTIO_KUBE_APP_PROBERS', value: '{}' },
    ]
    const app = { name: 'app', livenessProbe: { httpGet: { port: 80 } } }
    const pod = podWith({ 'prometheus.io/port': '9090' }, {}, { containers: [{ name: 'istio-proxy', env }, app] })
    expect(twice(pod)).toEqual([])
    expect(twice(pod, { snapshot: native })).toEqual([])
  })

  test('containers with one port', () => {
    const ports = [{ containerPort: 80 }]
    const containers = ['a', 'istio-proxy', 'b'].map((name) => ({ name, ports }))
    expect(twice(podWith({}, {}, { containers }))).toEqual([])
    expect(twice(podWith({}, {}, { containers }), { snapshot: native })).toEqual([])
  })

  test('an own proxy whose port another container has too is described where it was', () => {
    const [http, other] = [{ containerPort: 8080 }, { containerPort: 80 }]
    const own = { name: 'istio-proxy', ports: [http] }
    const added = { name: 'added', ports: [{ containerPort: 7001 }] }
    const first = injected(podWith({}, {}, { containers: [own, { name: 'app', ports: [http, other] }] })).pod
    const described = JSON.parse(proxyVariable(injected(withAdded(first, added)).pod, 'ISTIO_META_POD_PORTS') ?? '')
    expect(described).toEqual([http, http, other, ...added.ports])
  })

  test('a container that a template changes like all others is recorded as the own one that it is', () => {
    const pod = podWith(
      { 'inject.istio.io/templates': 'sidecar,grpc-simple' },
      {},
      { containers: [{ name: 'istio-proxy' }, { name: 'app' }] },
    )
    const first = injected(pod).pod
    const edited = withAnnotations(first, { ...annotationsOf(first), 'istio.io/rev': 'edited' })
    const second = injected(withAdded(edited, { name: 'added' })).pod
    const recorded = JSON.parse(second.metadata?.annotations?.['proxy.istio.io/overrides'] ?? '').containers
    expect(recorded.map(({ name }: Container) => name).sort()).toEqual(['added', 'app', 'istio-proxy'])
    expect(injected(second).patch).toEqual([])
  })

  test.each<JsonObject>([{ tcpSocket: { port: 7001 } }, { grpc: { port: 7001 } }, { httpGet: { port: 7001 } }])(
    'a container with the probe %j that is added goes through the agent',
    (probe) => {
      const app = { name: 'app', livenessProbe: { httpGet: { port: 80 } } }
      const first = injected(podWith({}, {}, { containers: [app] })).pod
      const { pod } = injected(withAdded(first, { name: 'added', livenessProbe: probe }))
      expect(container(pod, 'added').livenessProbe).toEqual({
        httpGet: expect.objectContaining({ path: '/app-health/added/livez', port: 15020 }),
      })
      expect(JSON.parse(proxyVariable(pod, 'ISTIO_KUBE_APP_PROBERS') ?? '')).toMatchObject({
        '/app-health/added/livez': probe,
        '/app-health/app/livez': app.livenessProbe,
      })
      expect(injected(pod).patch).toEqual([])
    },
  )

  test('an own proxy that names the variable of the probes without a value', () => {
    const own = { name: 'istio-proxy', env: [{ name: 'ISTIO_KUBE_APP_PROBERS' }] }
    const app = { name: 'app', livenessProbe: { tcpSocket: { port: 8080 } } }
    const first = injected(podWith({}, {}, { containers: [app, own] })).pod
    const added = { name: 'added', livenessProbe: { tcpSocket: { port: 7001 } } }
    const second = injected(withAdded(first, added))
    const values = (container(second.pod, 'istio-proxy').env ?? [])
      .filter(({ name }) => name === 'ISTIO_KUBE_APP_PROBERS')
      .map(({ value }) => value && Object.keys(JSON.parse(value)))
    expect(values).toEqual([undefined, ['/app-health/added/livez', '/app-health/app/livez']])
    expect(injected(second.pod).patch).toEqual([])
  })

  test('a pod whose template reads the order of containers', () => {
    const text = `
metadata: {annotations: {order: "{{ range .Spec.Containers }}{{ .Name }} {{ end }}"}}
spec: {containers: [{name: istio-proxy, image: "own:1"}]}`
    const snapshot = snapshotOf({ config: { defaultTemplates: ['own'], templates: { own: text } } })
    const containers = [{ name: 'istio-proxy', tty: true }, { name: 'a' }, { name: 'b' }]
    expect(twice(podWith({}, {}, { containers }), { snapshot })).toEqual([])
  })
})
