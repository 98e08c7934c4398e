import { describe, expect, test } from 'vitest'
import type { Pod } from '../../../src/kubernetes/pod/types.ts'
import type { JsonObject, StringMap } from '../../../src/lang/json.ts'
import { container, type InjectionOptions, injected, podWith, proxyVariable, snapshotOf } from '../support.ts'

const probersVariable = 'ISTIO_KUBE_APP_PROBERS'
const ports = [
  { name: 'http', containerPort: 8080 },
  { name: 'other', containerPort: 9090 },
]

function rewritten(fields: JsonObject, annotations: StringMap = {}, options: InjectionOptions = {}) {
  const pod = podWith(annotations, {}, { containers: [{ name: 'app', ports, ...fields }] })
  const { pod: result, warnings } = injected(pod, options)
  const proxied = [...(result.spec?.containers ?? []), ...(result.spec?.initContainers ?? [])].some(
    ({ name }) => name === 'istio-proxy',
  )
  return {
    app: container(result, 'app'),
    probers: proxied ? proxyVariable(result, probersVariable) : undefined,
    warnings,
  }
}

const agent = (path: string, more: JsonObject = {}) => ({ httpGet: { path, port: 15020, ...more } })

describe('the action', () => {
  const at = '/app-health/app/livez'
  test.each<[string, JsonObject, JsonObject, string]>([
    ['httpGet', { httpGet: { path: '/x', port: 80 } }, agent(at), '{"httpGet":{"path":"/x","port":80}}'],
    ['httpGet without a path', { httpGet: { port: 80 } }, agent(at), '{"httpGet":{"port":80}}'],
    [
      'httpGet with a named port',
      { httpGet: { path: '/x', port: 'http' } },
      agent(at),
      '{"httpGet":{"path":"/x","port":8080}}',
    ],
    [
      'HTTPS',
      { httpGet: { port: 80, scheme: 'HTTPS' } },
      agent(at, { scheme: 'HTTP' }),
      '{"httpGet":{"port":80,"scheme":"HTTPS"}}',
    ],
    [
      'HTTP',
      { httpGet: { port: 80, scheme: 'HTTP' } },
      agent(at, { scheme: 'HTTP' }),
      '{"httpGet":{"port":80,"scheme":"HTTP"}}',
    ],
    [
      'host and headers',
      { httpGet: { httpHeaders: [{ name: 'a', value: 'b' }], scheme: 'HTTP', host: 'h', port: 80, path: '/x' } },
      agent(at, { httpHeaders: [{ name: 'a', value: 'b' }], scheme: 'HTTP', host: 'h' }),
      '{"httpGet":{"path":"/x","port":80,"host":"h","scheme":"HTTP","httpHeaders":[{"name":"a","value":"b"}]}}',
    ],
    ['tcpSocket', { tcpSocket: { port: 80 } }, agent(at), '{"tcpSocket":{"port":80}}'],
    ['tcpSocket with a named port', { tcpSocket: { port: 'other' } }, agent(at), '{"tcpSocket":{"port":9090}}'],
    ['grpc', { grpc: { port: 80 } }, agent(at), '{"grpc":{"port":80,"service":null}}'],
    ['grpc with a service', { grpc: { service: 's', port: 80 } }, agent(at), '{"grpc":{"port":80,"service":"s"}}'],
    [
      'time limits',
      { tcpSocket: { port: 80 }, timeoutSeconds: 7, periodSeconds: 3, failureThreshold: 9, initialDelaySeconds: 1 },
      { ...agent(at), timeoutSeconds: 7, periodSeconds: 3, failureThreshold: 9, initialDelaySeconds: 1 },
      '{"tcpSocket":{"port":80},"timeoutSeconds":7}',
    ],
    [
      'a timeout of zero',
      { tcpSocket: { port: 80 }, timeoutSeconds: 0 },
      { ...agent(at), timeoutSeconds: 0 },
      '{"tcpSocket":{"port":80}}',
    ],
  ])('%s', (_, probe, expected, entry) => {
    const { app, probers, warnings } = rewritten({ livenessProbe: probe })
    expect(app.livenessProbe).toEqual(expected)
    expect(probers).toBe(`{"${at}":${entry}}`)
    expect(warnings).toEqual([])
  })

  test.each<[string, JsonObject]>([
    ['exec', { exec: { command: ['true'] }, timeoutSeconds: 3 }],
    ['no handler', { periodSeconds: 3 }],
  ])('is left alone: %s', (_, probe) => {
    const { app, probers } = rewritten({ livenessProbe: probe, lifecycle: { preStop: probe } })
    expect(app.livenessProbe).toEqual(probe)
    expect(probers).toBeUndefined()
  })
})

test('each probe and hook of containers and init containers has its own path, sorted', () => {
  const probe = { tcpSocket: { port: 1 }, timeoutSeconds: 2 }
  const hook = { httpGet: { path: '/x', port: 'http' } }
  const actions = {
    ports,
    readinessProbe: probe,
    livenessProbe: probe,
    startupProbe: probe,
    lifecycle: { preStop: hook, postStart: hook },
  }
  const { pod } = injected(
    podWith(
      {},
      {},
      {
        containers: [
          { name: 'b', ...actions },
          { name: 'a', livenessProbe: probe },
        ],
        initContainers: [{ name: 'i', restartPolicy: 'Always', startupProbe: probe }],
      },
    ),
    { snapshot: snapshotOf({ nativeSidecars: 'enabled' }) },
  )
  const { readinessProbe, livenessProbe, startupProbe, lifecycle } = container(pod, 'b')
  const paths = [readinessProbe, livenessProbe, startupProbe, lifecycle?.preStop, lifecycle?.postStart].map(
    (action) => action?.httpGet?.path,
  )
  expect(paths).toEqual([
    '/app-health/b/readyz',
    '/app-health/b/livez',
    '/app-health/b/startupz',
    '/app-lifecycle/b/prestopz',
    '/app-lifecycle/b/poststartz',
  ])
  const entries: JsonObject = JSON.parse(proxyVariable(pod, probersVariable) ?? '')
  const socket = { tcpSocket: { port: 1 }, timeoutSeconds: 2 }
  expect(Object.entries(entries)).toEqual([
    ['/app-health/a/livez', socket],
    ['/app-health/b/livez', socket],
    ['/app-health/b/readyz', socket],
    ['/app-health/b/startupz', socket],
    ['/app-health/i/startupz', socket],
    ['/app-lifecycle/b/poststartz', { httpGet: { path: '/x', port: 8080 } }],
    ['/app-lifecycle/b/prestopz', { httpGet: { path: '/x', port: 8080 } }],
  ])
})

test('rewrites only httpGet and tcpSocket of hooks', () => {
  const { app, probers } = rewritten({
    lifecycle: { preStop: { tcpSocket: { port: 'http' } }, postStart: { sleep: { seconds: 1 } } },
  })
  expect(app.lifecycle).toEqual({
    preStop: { httpGet: { path: '/app-lifecycle/app/prestopz', port: 15020 } },
    postStart: { sleep: { seconds: 1 } },
  })
  expect(probers).toBe('{"/app-lifecycle/app/prestopz":{"tcpSocket":{"port":8080}}}')
})

test('leaves a probe with an unknown port name alone, with a warning', () => {
  const probe = { httpGet: { path: '/x', port: 'gone' } }
  const { app, probers, warnings } = rewritten({
    readinessProbe: probe,
    livenessProbe: { tcpSocket: { port: 80 } },
    lifecycle: { preStop: probe },
  })
  expect(app.readinessProbe).toEqual(probe)
  expect(app.lifecycle).toEqual({ preStop: probe })
  expect(probers).toBe('{"/app-health/app/livez":{"tcpSocket":{"port":80}}}')
  expect(warnings.map(({ code }) => code)).toEqual(['probe-port-unresolved', 'probe-port-unresolved'])
  expect(warnings[0]?.text).toMatch(/readinessProbe of container app.*"gone"/)
})

describe('ports', () => {
  const probe = { livenessProbe: { httpGet: { path: '/x', port: 80 } } }
  test('the agent listens on the annotated port, or else on that of the mesh', () => {
    const snapshot = snapshotOf({ mesh: { defaultConfig: { statusPort: 15099 } }, set: ['global.proxy.statusPort=1'] })
    expect(rewritten(probe, {}, { snapshot }).app.livenessProbe?.httpGet?.port).toBe(15099)
    expect(
      rewritten(probe, { 'status.sidecar.istio.io/port': ' 2 ' }, { snapshot }).app.livenessProbe?.httpGet?.port,
    ).toBe(2)
    expect(
      rewritten(probe, { 'proxy.istio.io/config': 'statusPort: 3' }, { snapshot }).app.livenessProbe?.httpGet?.port,
    ).toBe(15099)
  })

  test.each<[string, JsonObject, string | undefined]>([
    ['httpGet', { httpGet: { path: '/x', port: 15020 } }, undefined],
    ['tcpSocket', { tcpSocket: { port: 15020 } }, undefined],
    ['grpc', { grpc: { port: 15020 } }, '{"/app-health/app/livez":{"grpc":{"port":15020,"service":null}}}'],
  ])("%s on the mesh's status port is rewritten, but not added to the probers", (_, probe, expected) => {
    const { app, probers } = rewritten({ livenessProbe: probe }, { 'status.sidecar.istio.io/port': '2' })
    expect(app.livenessProbe).toEqual({ httpGet: { path: '/app-health/app/livez', port: 2 } })
    expect(probers).toBe(expected)
  })
})

describe('rewriting of probes', () => {
  const disabled = 'sidecarInjectorWebhook.rewriteAppHTTPProbe=false'
  const probe = { httpGet: { path: '/x', port: 80 } }
  test.each<[string | undefined, boolean, boolean]>([
    [undefined, true, true],
    [undefined, false, false],
    ['true', false, true],
    ['T', false, true],
    ['false', true, false],
    ['0', true, false],
    ['no', true, true],
    ['no', false, false],
    ['', true, true],
  ])('annotation %j, values %j: %j', (annotated, configured, expected) => {
    const annotations = annotated === undefined ? {} : { 'sidecar.istio.io/rewriteAppHTTPProbers': annotated }
    const snapshot = snapshotOf({ set: configured ? [] : [disabled] })
    const { app, probers } = rewritten({ livenessProbe: probe }, annotations, { snapshot })
    expect(probers !== undefined).toBe(expected)
    expect(app.livenessProbe).toEqual(expected ? agent('/app-health/app/livez') : probe)
  })

  test('is disabled by a template, and for a pod without a proxy', () => {
    for (const template of ['grpc-agent', 'grpc-simple']) {
      const snapshot = snapshotOf({ config: { defaultTemplates: [template] } })
      expect(rewritten({ livenessProbe: probe }, {}, { snapshot }).app.livenessProbe).toEqual(probe)
    }
    const snapshot = snapshotOf({ config: { defaultTemplates: ['none'], templates: { none: 'metadata: {}' } } })
    const { pod } = injected(podWith({}, {}, { containers: [{ name: 'app', livenessProbe: probe }] }), { snapshot })
    expect(container(pod, 'app').livenessProbe).toEqual(probe)
  })

  test('is disabled for the proxy itself', () => {
    const own = { name: 'istio-proxy', image: 'auto', livenessProbe: probe, lifecycle: { preStop: probe } }
    const { pod } = injected(podWith({}, {}, { containers: [own, { name: 'app' }] }))
    expect(container(pod, 'istio-proxy')).toMatchObject({ livenessProbe: probe, lifecycle: { preStop: probe } })
    expect(proxyVariable(pod, probersVariable)).toBeUndefined()
  })
})

describe('a pod that was injected before', () => {
  const probe = (port: number) => ({ livenessProbe: { httpGet: { path: '/x', port } } })
  const first = injected(podWith({}, {}, { containers: [{ name: 'app', ...probe(80) }] })).pod
  const withAnother = (env?: JsonObject): Pod => ({
    ...first,
    spec: {
      ...first.spec,
      containers: [
        ...(first.spec?.containers ?? []).map((container) =>
          env === undefined || container.name !== 'istio-proxy' ? container : { ...container, env: [env] as never },
        ),
        { name: 'added', ...probe(81) },
      ],
    },
  })

  test('gets new entries merged into the existing ones, sorted', () => {
    const { pod } = injected(withAnother())
    const entry = (port: number) => `{"httpGet":{"path":"/x","port":${port}}}`
    expect(proxyVariable(pod, probersVariable)).toBe(
      `{"/app-health/added/livez":${entry(81)},"/app-health/app/livez":${entry(80)}}`,
    )
    expect(container(pod, 'istio-proxy').env?.filter(({ name }) => name === probersVariable)).toHaveLength(1)
  })

  test('keeps existing entries', () => {
    const existing = '{"/app-health/added/livez":{"own":1}}'
    const { pod } = injected(withAnother({ name: probersVariable, value: existing }))
    expect(JSON.parse(proxyVariable(pod, probersVariable) ?? '')).toMatchObject({
      '/app-health/added/livez': { own: 1 },
    })
  })

  test.each(['x', '[]', 'null', '', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`])(
    'ignores an existing value that is not a map',
    (value) => {
      const { pod } = injected(withAnother({ name: probersVariable, value }))
      expect(Object.keys(JSON.parse(proxyVariable(pod, probersVariable) ?? ''))).toContain('/app-health/added/livez')
    },
  )
})

test('keeps a variable of the pod author if the pod has no status, and appends the effective one', () => {
  const own = { name: 'istio-proxy', image: 'auto', env: [{ name: probersVariable, value: '{"/x":{}}' }] }
  const { pod } = injected(
    podWith({}, {}, { containers: [own, { name: 'app', livenessProbe: { tcpSocket: { port: 1 } } }] }),
  )
  const all = container(pod, 'istio-proxy').env?.filter(({ name }) => name === probersVariable) ?? []
  expect(all.map(({ value }) => value)).toEqual(['{"/x":{}}', '{"/app-health/app/livez":{"tcpSocket":{"port":1}}}'])
})

describe("the pod's own native sidecar", () => {
  const probe = { httpGet: { path: '/up', port: 8080 } }
  const sidecar = {
    name: 'cache',
    image: 'cache:1',
    restartPolicy: 'Always',
    startupProbe: probe,
    readinessProbe: { grpc: { port: 9000 } },
    livenessProbe: probe,
    lifecycle: { postStart: probe, preStop: probe },
  }
  const pod = podWith({}, {}, { initContainers: [sidecar] })

  test('starts before a proxy that is not native, so what must succeed until then is left alone', () => {
    const { pod: result, warnings } = injected(pod)
    const { startupProbe, readinessProbe, livenessProbe, lifecycle } = container(result, 'cache')
    expect([startupProbe, lifecycle?.postStart]).toEqual([probe, probe])
    const later = [readinessProbe, livenessProbe, lifecycle?.preStop]
    expect(later.map((one) => one?.httpGet?.port)).toEqual([15020, 15020, 15020])
    expect(warnings.map(({ code }) => code)).toEqual(['probe-before-proxy', 'probe-before-proxy'])
    expect(warnings[0]?.text).toBe(
      'startupProbe of container cache was not rewritten: the container starts before the proxy, whose agent would have to answer. Make the proxy a native sidecar too',
    )
    expect(injected(result).patch).toEqual([])
  })

  test('starts after a native proxy, so all of it is rewritten', () => {
    const { pod: result, warnings } = injected(pod, { snapshot: snapshotOf({ nativeSidecars: 'enabled' }) })
    expect(container(result, 'cache').startupProbe?.httpGet?.port).toBe(15020)
    expect(warnings).toEqual([])
  })
})

test('an agent without a port leaves all probes alone, and has none itself', () => {
  const port = { 'status.sidecar.istio.io/port': '0' }
  const probe = { httpGet: { path: '/ready', port: 'http' } }
  for (const nativeSidecars of ['enabled', 'disabled'] as const) {
    const { pod } = injected(podWith(port, {}, { containers: [{ name: 'app', ports, readinessProbe: probe }] }), {
      snapshot: snapshotOf({ nativeSidecars }),
    })
    expect(container(pod, 'app').readinessProbe).toEqual(probe)
    const { readinessProbe, startupProbe, env } = container(pod, 'istio-proxy')
    expect([readinessProbe, startupProbe]).toEqual([undefined, undefined])
    expect(env?.some(({ name }) => name === probersVariable)).toBe(false)
  }
})
