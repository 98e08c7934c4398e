import { expect, test } from 'vitest'
import { explainInjection } from '../../../src/explain/provenance/explain.ts'
import { noFacts, readFacts } from '../../../src/injection/model/facts.ts'
import type { Source } from '../../../src/injection/model/source.ts'
import { type InjectionOptions, podWith, snapshotOf } from '../../injection/support.ts'

/** Explains an injection, with look-ups for a field and a setting. */
function explain(pod: ReturnType<typeof podWith>, options: InjectionOptions = {}) {
  const { snapshot = snapshotOf(), namespace = 'shop', path = '/inject', facts = noFacts } = options
  const { injection, provenance } = explainInjection({ pod, namespace, path }, snapshot, facts)
  const field = (pointer: string) => {
    const found = provenance.fields.find(({ path }) => path === pointer)
    if (found === undefined) throw new Error(`${pointer} has no origin`)
    return { ...found, from: found.from.map(short), lost: found.lost.map(short) }
  }
  const setting = (name: string) => {
    const found = provenance.settings.find(({ setting }) => setting === name)
    return found && { value: found.value, from: short(found.from), lost: found.lost.map(short) }
  }
  return { injection, provenance, field, setting }
}

function short({ kind, name, field }: Source): string {
  return `${kind} ${name}${field === undefined ? '' : ` (${field})`}`
}

const proxy = '/spec/containers/istio-proxy'

test('where does this environment variable come from?', () => {
  const { field } = explain(podWith({ 'proxy.istio.io/config': 'proxyMetadata: {MODE: fast}' }), {
    path: '/inject/cluster/c1',
  })
  const mode = field(`${proxy}/env/MODE/value`)
  expect(mode).toMatchObject({
    value: 'fast',
    by: { kind: 'template', template: 'sidecar', file: 'shared' },
    from: ['annotation proxy.istio.io/config (proxyMetadata.MODE)'],
  })
  const cluster = field(`${proxy}/env/ISTIO_META_CLUSTER_ID/value`)
  expect(cluster).toMatchObject({ value: 'c1', by: { kind: 'step' }, from: ['path ISTIO_META_CLUSTER_ID'] })
  expect(cluster.lost).toEqual([expect.stringMatching(/^template shared:\d+$/)])
})

test('what did an annotation overwrite, and what would change a value?', () => {
  const { field, setting } = explain(
    podWith({ 'sidecar.istio.io/logLevel': 'debug', 'sidecar.istio.io/proxyCPU': '2' }),
  )
  const { provenance } = explain(podWith())
  expect(setting('sidecar.istio.io/logLevel')).toMatchObject({ value: 'debug', lost: ['values global.proxy.logLevel'] })
  expect(field(`${proxy}/resources/requests/cpu`)).toMatchObject({
    from: ['annotation sidecar.istio.io/proxyCPU'],
    lost: ['values global.proxy.resources'],
  })
  const level = provenance.fields.find(({ value }) => value === '--proxyLogLevel=warning')
  expect(level?.from.map(short)).toEqual(['values global.proxy.logLevel'])
  expect(level?.unset.map(short)).toEqual(['annotation sidecar.istio.io/logLevel'])
})

test('which layer of the ProxyConfig takes precedence?', () => {
  const metadata = (name: string, namespace: string) => ({ name, namespace })
  const { facts } = readFacts({
    proxyConfigs: [
      { metadata: metadata('all', 'istio-system'), spec: { environmentVariables: { A: 'root' }, concurrency: 1 } },
      { metadata: metadata('own', 'shop'), spec: { selector: { matchLabels: { app: 'web' } }, concurrency: 3 } },
    ],
  })
  const snapshot = snapshotOf({ mesh: { defaultConfig: { concurrency: 8, holdApplicationUntilProxyStarts: false } } })
  const pod = podWith(
    { 'proxy.istio.io/config': '{concurrency: 2, holdApplicationUntilProxyStarts: true}' },
    { app: 'web' },
  )
  const { setting, injection } = explain(pod, { snapshot, facts })
  expect(setting('ProxyConfig concurrency')).toEqual({
    value: 3,
    from: 'proxy-config shop/own (concurrency)',
    lost: [
      'annotation proxy.istio.io/config (concurrency)',
      'proxy-config istio-system/all (concurrency)',
      'mesh defaultConfig.concurrency',
    ],
  })
  expect(setting('ProxyConfig proxyMetadata.A')).toMatchObject({
    from: 'proxy-config istio-system/all (proxyMetadata.A)',
  })
  expect(setting('holdApplicationUntilProxyStarts')).toEqual({
    value: true,
    from: 'annotation proxy.istio.io/config (holdApplicationUntilProxyStarts)',
    lost: ['mesh defaultConfig.holdApplicationUntilProxyStarts'],
  })
  expect(injection.pod).toMatchObject({ spec: { containers: [{ name: 'istio-proxy' }, { name: 'app' }] } })
})

test("the pod author's fields of the proxy take precedence, and name what they overwrite", () => {
  const pod = podWith({}, {}, { containers: [{ name: 'app' }, { name: 'istio-proxy', image: 'own:1', args: ['x'] }] })
  const { field, injection } = explain(pod)
  expect(field(`${proxy}/image`)).toMatchObject({ value: 'own:1', by: { kind: 'pod' } })
  expect(field(`${proxy}/image`).lost).toEqual([expect.stringMatching(/^template sidecar:\d+$/)])
  // The explanation of a pod that was injected before is the same, though nothing in it changes.
  const again = explain(injection.pod)
  expect(again.injection.patch).toEqual([])
  expect(again.field(`${proxy}/image`)).toMatchObject({ value: 'own:1', by: { kind: 'pod' } })
  expect(again.field(`${proxy}/env/CA_ADDR/value`).by).toEqual(field(`${proxy}/env/CA_ADDR/value`).by)
})

test('names the step that moves the proxy of the pod to the init containers', () => {
  const pod = podWith({}, {}, { containers: [{ name: 'app' }, { name: 'istio-proxy', image: 'auto' }] })
  const { provenance } = explain(pod, { snapshot: snapshotOf({ nativeSidecars: 'enabled' }) })
  expect(provenance.removed.map(({ path, by }) => `${path} ${by.kind === 'step' && by.step}`)).toEqual([
    `${proxy}/name own-proxy`,
    `${proxy}/image own-proxy`,
  ])
})

test('why is this port excluded?', () => {
  const annotations = {
    'traffic.sidecar.istio.io/excludeInboundPorts': '9090',
    'traffic.sidecar.istio.io/excludeOutboundPorts': '5432',
  }
  const pod = podWith(
    annotations,
    {},
    { containers: [{ name: 'app', ports: [{ containerPort: 80 }, { containerPort: 9090 }] }] },
  )
  const { provenance } = explain(pod)
  const ports = provenance.ports.map(
    ({ port, direction, captured, container, from }) =>
      `${direction} ${port} ${container ?? '-'} ${captured} ${from.map(short).join(' ')}`,
  )
  expect(ports).toEqual([
    'inbound 80 app true values global.proxy.includeInboundPorts',
    'inbound 9090 app false annotation traffic.sidecar.istio.io/excludeInboundPorts',
    'inbound 15090 - false ',
    'inbound 15021 - false ',
    'inbound 15020 - false values global.proxy.statusPort',
    'outbound 5432 - false annotation traffic.sidecar.istio.io/excludeOutboundPorts',
  ])
})

test('what became of each probe, and why?', () => {
  const container = {
    name: 'app',
    readinessProbe: { httpGet: { path: '/r', port: 80 } },
    livenessProbe: { exec: { command: ['true'] } },
    startupProbe: { tcpSocket: { port: 'nowhere' } },
    lifecycle: { preStop: { httpGet: { path: '/stop', port: 80 } } },
  }
  const of = (annotations = {}) =>
    explain(podWith(annotations, {}, { containers: [container] })).provenance.probes.map(
      ({ probe, rewritten, why }) => `${probe} ${rewritten} ${why}`,
    )
  const rewritten = 'true the kubelet calls the agent, which calls the application'
  expect(of()).toEqual([
    `readinessProbe ${rewritten}`,
    'livenessProbe false commands run in the container itself',
    'startupProbe false the container has no port named "nowhere"',
    `lifecycle.preStop ${rewritten}`,
  ])
  expect(
    new Set(
      of({ 'sidecar.istio.io/rewriteAppHTTPProbers': 'false' }).map((text) => text.split(' ').slice(1).join(' ')),
    ),
  ).toEqual(new Set(['false rewriting is disabled']))
})

test.each([
  ['misspelt', { 'sidecar.istio.io/logLeve': 'debug' }, {}, 'unknown; did you mean sidecar.istio.io/logLevel?'],
  [
    'of another template',
    { 'inject.istio.io/templates': 'grpc-simple', 'sidecar.istio.io/logLevel': 'debug' },
    {},
    'no template of this pod (grpc-simple) reads it',
  ],
  [
    'about something that is disabled',
    { 'sidecar.istio.io/interceptionMode': 'NONE', 'traffic.sidecar.istio.io/excludeInboundPorts': '1' },
    {},
    'the templates of this pod render the same without it',
  ],
  [
    'overwritten by another annotation',
    { 'istio.io/reroute-virtual-interfaces': 'a', 'traffic.sidecar.istio.io/kubevirtInterfaces': 'b' },
    {},
    'annotation istio.io/reroute-virtual-interfaces takes precedence',
  ],
  [
    "overwritten by the pod author's container",
    { 'sidecar.istio.io/proxyImage': 'example.com/a:1' },
    { containers: [{ name: 'app' }, { name: 'istio-proxy', image: 'own:1' }], hostIPC: true },
    undefined,
  ],
  ['that is obsolete', { 'sidecar.istio.io/enableCoreDump': 'true' }, {}, 'it has no effect'],
  [
    'that sets the default',
    { 'sidecar.istio.io/logLevel': 'warning' },
    {},
    'it sets the value that would apply anyway',
  ],
  [
    'about injection',
    { 'sidecar.istio.io/inject': 'true' },
    {},
    'the pod is injected anyway (requested-by-annotation)',
  ],
])('why has an annotation %s no effect?', (_, annotations, spec, reason) => {
  const { provenance } = explain(podWith(annotations, {}, spec))
  expect(provenance.ignored.map(({ why }) => why)).toEqual(reason === undefined ? [] : [reason])
})

test('annotations with an effect are not listed as ignored', () => {
  const annotations = {
    'sidecar.istio.io/proxyMemory': '1Gi',
    'proxy.istio.io/config': 'concurrency: 4',
    'prometheus.io/port': '9090',
    'example.com/other': 'x',
    'readiness.status.sidecar.istio.io/periodSeconds': '7',
  }
  expect(explain(podWith(annotations)).provenance.ignored).toEqual([])
})

test('a pod that is not injected has no fields, but a decision and what it overwrites', () => {
  const pod = podWith({ 'sidecar.istio.io/inject': 'true' }, { 'sidecar.istio.io/inject': 'false' })
  const { provenance, setting } = explain(pod)
  expect(setting('injection')).toEqual({
    value: 'skipped',
    from: 'label sidecar.istio.io/inject',
    lost: ['annotation sidecar.istio.io/inject', 'config policy'],
  })
  expect(provenance).toMatchObject({ fields: [], removed: [], probes: [], ports: [] })
  expect(explain(podWith({ 'sidecar.istio.io/proxyCPU': 'lots' })).provenance.fields).toEqual([])
})
