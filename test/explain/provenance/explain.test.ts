import { expect, test } from 'vitest'
import { explainInjection } from '../../../src/explain/provenance/explain.ts'
import { noFacts, readFacts } from '../../../src/injection/model/facts.ts'
import type { Source } from '../../../src/injection/model/source.ts'
import { type Circumstances, podWith, snapshotOf } from '../../injection/support.ts'

/** What an injection is due to, asked as people ask. */
function ask(pod: ReturnType<typeof podWith>, circumstances: Circumstances = {}) {
  const { snapshot = snapshotOf(), namespace = 'shop', path = '/inject', facts = noFacts } = circumstances
  const { injection, provenance } = explainInjection({ pod, namespace, path }, snapshot, facts)
  const field = (pointer: string) => {
    const found = provenance.fields.find(({ path }) => path === pointer)
    if (found === undefined) throw new Error(`${pointer} has no origin`)
    return { ...found, from: found.from.map(short), lost: found.lost.map(short) }
  }
  const setting = (name: string) => {
    const found = provenance.settings.find((one) => one.setting === name)
    return found && { value: found.value, from: short(found.from), lost: found.lost.map(short) }
  }
  return { injection, provenance, field, setting }
}

function short({ kind, name, field }: Source): string {
  return `${kind} ${name}${field === undefined ? '' : ` (${field})`}`
}

const proxy = '/spec/containers/istio-proxy'

test('where does this environment variable come from?', () => {
  const { field } = ask(podWith({ 'proxy.istio.io/config': 'proxyMetadata: {MODE: fast}' }), {
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

test('what did an annotation beat, and what would change a value?', () => {
  const { field, setting } = ask(podWith({ 'sidecar.istio.io/logLevel': 'debug', 'sidecar.istio.io/proxyCPU': '2' }))
  const { provenance } = ask(podWith())
  expect(setting('sidecar.istio.io/logLevel')).toMatchObject({ value: 'debug', lost: ['values global.proxy.logLevel'] })
  expect(field(`${proxy}/resources/requests/cpu`)).toMatchObject({
    from: ['annotation sidecar.istio.io/proxyCPU'],
    lost: ['values global.proxy.resources'],
  })
  const level = provenance.fields.find(({ value }) => value === '--proxyLogLevel=warning')
  expect(level?.from.map(short)).toEqual(['values global.proxy.logLevel'])
  expect(level?.unset.map(short)).toEqual(['annotation sidecar.istio.io/logLevel'])
})

test('which layer of the ProxyConfig counts?', () => {
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
  const { setting, injection } = ask(pod, { snapshot, facts })
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

test("the author's own fields of the proxy win, and are told what they beat", () => {
  const pod = podWith({}, {}, { containers: [{ name: 'app' }, { name: 'istio-proxy', image: 'own:1', args: ['x'] }] })
  const { field, injection } = ask(pod)
  expect(field(`${proxy}/image`)).toMatchObject({ value: 'own:1', by: { kind: 'pod' } })
  expect(field(`${proxy}/image`).lost).toEqual([expect.stringMatching(/^template sidecar:\d+$/)])
  // A pod that was injected before tells the same, though nothing of it changes.
  const again = ask(injection.pod)
  expect(again.injection.patch).toEqual([])
  expect(again.field(`${proxy}/image`)).toMatchObject({ value: 'own:1', by: { kind: 'pod' } })
  expect(again.field(`${proxy}/env/CA_ADDR/value`).by).toEqual(field(`${proxy}/env/CA_ADDR/value`).by)
})

test('a proxy that follows a native sidecar leaves its old place for a reason', () => {
  const pod = podWith({}, {}, { containers: [{ name: 'app' }, { name: 'istio-proxy', image: 'auto' }] })
  const { provenance } = ask(pod, { snapshot: snapshotOf({ nativeSidecars: 'enabled' }) })
  expect(provenance.removed.map(({ path, by }) => `${path} ${by.kind === 'step' && by.step}`)).toEqual([
    `${proxy}/name native-proxy`,
    `${proxy}/image native-proxy`,
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
  const { provenance } = ask(pod)
  const told = provenance.ports.map(
    ({ port, direction, captured, container, from }) =>
      `${direction} ${port} ${container ?? '-'} ${captured} ${from.map(short).join(' ')}`,
  )
  expect(told).toEqual([
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
    ask(podWith(annotations, {}, { containers: [container] })).provenance.probes.map(
      ({ probe, rewritten, why }) => `${probe} ${rewritten} ${why}`,
    )
  const goes = 'true the kubelet calls the agent, which calls the application'
  expect(of()).toEqual([
    `readinessProbe ${goes}`,
    'livenessProbe false commands run in the container itself',
    'startupProbe false the container has no port named "nowhere"',
    `lifecycle.preStop ${goes}`,
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
    'about what is switched off',
    { 'sidecar.istio.io/interceptionMode': 'NONE', 'traffic.sidecar.istio.io/excludeInboundPorts': '1' },
    {},
    'the templates of this pod render the same without it',
  ],
  [
    'beaten by another annotation',
    { 'istio.io/reroute-virtual-interfaces': 'a', 'traffic.sidecar.istio.io/kubevirtInterfaces': 'b' },
    {},
    'annotation istio.io/reroute-virtual-interfaces takes precedence',
  ],
  [
    "beaten by the author's own container",
    { 'sidecar.istio.io/proxyImage': 'example.com/a:1' },
    { containers: [{ name: 'app' }, { name: 'istio-proxy', image: 'own:1' }], hostIPC: true },
    undefined,
  ],
  ['of old', { 'sidecar.istio.io/enableCoreDump': 'true' }, {}, 'it has no effect'],
  [
    'that says what holds anyway',
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
])('why has an annotation %s no effect?', (_, annotations, spec, why) => {
  const { provenance } = ask(podWith(annotations, {}, spec))
  expect(provenance.ignored.map((one) => one.why)).toEqual(why === undefined ? [] : [why])
})

test('annotations with an effect are not among those without', () => {
  const annotations = {
    'sidecar.istio.io/proxyMemory': '1Gi',
    'proxy.istio.io/config': 'concurrency: 4',
    'prometheus.io/port': '9090',
    'example.com/other': 'x',
    'readiness.status.sidecar.istio.io/periodSeconds': '7',
  }
  expect(ask(podWith(annotations)).provenance.ignored).toEqual([])
})

test('a pod that is not injected has no fields, but a decision with what lost to it', () => {
  const pod = podWith({ 'sidecar.istio.io/inject': 'true' }, { 'sidecar.istio.io/inject': 'false' })
  const { provenance, setting } = ask(pod)
  expect(setting('injection')).toEqual({
    value: 'skipped',
    from: 'label sidecar.istio.io/inject',
    lost: ['annotation sidecar.istio.io/inject', 'config policy'],
  })
  expect(provenance).toMatchObject({ fields: [], removed: [], probes: [], ports: [] })
  expect(ask(podWith({ 'sidecar.istio.io/proxyCPU': 'lots' })).provenance.fields).toEqual([])
})
