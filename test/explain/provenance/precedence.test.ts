import { expect, test } from 'vitest'
import { explainInjection } from '../../../src/explain/provenance/explain.ts'
import { readFacts } from '../../../src/injection/model/facts.ts'
import type { Source } from '../../../src/injection/model/source.ts'
import { findProxy } from '../../../src/istio/proxy.ts'
import { variable } from '../../../src/kubernetes/pod/access.ts'
import type { Pod } from '../../../src/kubernetes/pod/types.ts'
import type { Json, JsonObject, StringMap } from '../../../src/lang/json.ts'
import { type Configuration, podWith, snapshotOf } from '../../injection/support.ts'

/*
 * The named source of a setting must be the one that takes effect. For every combination of places that make a setting:
 * without the source, the value changes or another place with the same value takes over; without an overwritten place,
 * nothing changes; and every place is named. The effect is read from the injected pod, not from its explanation.
 */

/** A pod with its settings and cluster state. */
interface Setup {
  readonly annotations: StringMap
  readonly labels: StringMap
  readonly spec: JsonObject
  readonly mesh: JsonObject
  readonly config: JsonObject
  readonly set: readonly string[]
  readonly options: Pick<Configuration, 'nativeSidecars' | 'revision' | 'platform' | 'compliancePolicy'>
  readonly path: string
  readonly namespace: StringMap
  readonly nodes: readonly (readonly [string, string])[]
  readonly proxyConfigs: readonly JsonObject[]
}

/** A place where a setting can be made: its name in explanations, and ways to make the setting there. */
interface Place {
  readonly named: RegExp
  readonly ways: readonly ((setup: Setup) => Setup)[]
  /** Indexes of ways that have no effect themselves, but keep another place from being read. */
  readonly blocking?: readonly number[]
  /** It may be set without being named: it isn't read, or it agrees with another place of the same kind. */
  readonly mayGoUnnamed?: true
}

interface Origin {
  readonly value: Json
  readonly from: Source
  readonly lost: readonly Source[]
}

interface Case {
  readonly places: readonly Place[]
  /** The name of a setting, or the pointer to a field. */
  readonly of: string
  /** The setting as the injected pod shows it. */
  readonly seen: (pod: Pod, decision: { readonly result: string; readonly templates: readonly string[] }) => Json
  /** The setup that all combinations have in common. */
  readonly base?: (setup: Setup) => Setup
}

const empty: Setup = {
  annotations: {},
  labels: {},
  spec: {},
  mesh: {},
  config: {},
  set: [],
  options: {},
  path: '/inject',
  namespace: {},
  nodes: [],
  proxyConfigs: [],
}

const annotated = (name: string, ...values: readonly string[]): Place => ({
  named: new RegExp(`^annotation ${name}$`),
  ways: values.map((value) => (setup) => ({ ...setup, annotations: { ...setup.annotations, [name]: value } })),
})
const labelled = (name: string, ...values: readonly string[]): Place => ({
  named: new RegExp(`^label ${name}$`),
  ways: values.map((value) => (setup) => ({ ...setup, labels: { ...setup.labels, [name]: value } })),
})
const inValues = (path: string, ...values: readonly string[]): Place => ({
  named: new RegExp(`^values ${path}$`),
  ways: values.map((value) => (setup) => ({ ...setup, set: [...setup.set, `${path}=${value}`] })),
})
const inConfig = (name: string, ...values: readonly Json[]): Place => ({
  named: new RegExp(`^config ${name}$`),
  ways: values.map((value) => (setup) => ({ ...setup, config: { ...setup.config, [name]: value } })),
})
const inMesh = (name: string, ...values: readonly Json[]): Place => ({
  named: new RegExp(`^mesh ${name}$`),
  ways: values.map((value) => (setup) => ({ ...setup, mesh: { ...setup.mesh, [name]: value } })),
})
/** A field of the mesh's defaultConfig, and of the annotation proxy.istio.io/config; `field` is how provenance names it. */
const inDefaultConfig = (field: string, ...configs: readonly JsonObject[]): Place => ({
  named: new RegExp(`^mesh defaultConfig\\.${field}$`),
  ways: configs.map((config) => (setup) => ({ ...setup, mesh: { ...setup.mesh, defaultConfig: config } })),
})
const inOwnConfig = (field: string, ...configs: readonly JsonObject[]): Place => ({
  named: new RegExp(`^annotation proxy\\.istio\\.io/config \\(${field}\\)$`),
  ways: configs.map((config) => (setup) => ({
    ...setup,
    annotations: { ...setup.annotations, 'proxy.istio.io/config': JSON.stringify(config) },
  })),
})
const inResource = (field: string, ...specs: readonly JsonObject[]): Place => ({
  named: new RegExp(`^proxy-config shop/one \\(${field}\\)$`),
  ways: specs.map((spec) => (setup) => ({
    ...setup,
    proxyConfigs: [{ metadata: { namespace: 'shop', name: 'one' }, spec }],
  })),
})
const inSettings = (name: keyof Setup['options'], ...values: readonly string[]): Place => ({
  named: new RegExp(`^setting ${name}$`),
  ways: values.map((value) => (setup) => ({ ...setup, options: { ...setup.options, [name]: value } })),
})
const inPath = (key: string, variableName: string, ...values: readonly string[]): Place => ({
  named: new RegExp(`^path ${variableName}$`),
  ways: values.map((value) => (setup) => ({ ...setup, path: `${setup.path}:ENV:${key}=${value}` })),
})
const ofNamespace = (name: string, ...values: readonly string[]): Place => ({
  named: new RegExp(`^namespace ${name}$`),
  ways: values.map((value) => (setup) => ({ ...setup, namespace: { ...setup.namespace, [name]: value } })),
})
const node = (name: string, isOwn: boolean, ...versions: readonly string[]): Place => ({
  named: isOwn
    ? new RegExp(`^nodes kubelet of node ${name}$`)
    : new RegExp(`^nodes (oldest kubelet|kubelet of node ${name})$`),
  ways: versions.map((version) => (setup) => ({
    ...setup,
    nodes: [...setup.nodes, [name, version] as const],
    spec: isOwn ? { ...setup.spec, nodeName: name } : setup.spec,
  })),
})

const proxyVariable = (pod: Pod, name: string) => variable(findProxy(pod)?.env, name) ?? ''
const proxyConfig = (pod: Pod): JsonObject => JSON.parse(proxyVariable(pod, 'PROXY_CONFIG') || '{}')
const probed = (setup: Setup): Setup => ({
  ...setup,
  spec: { containers: [{ name: 'app', readinessProbe: { httpGet: { path: '/r', port: 80 } } }] },
})
const openshift = (setup: Setup): Setup => ({ ...setup, options: { platform: 'openshift' } })
const probeOf = (pod: Pod) => pod.spec?.containers?.find(({ name }) => name === 'app')?.readinessProbe?.httpGet
const users = 'openshift.io/sa.scc.uid-range'
const groups = 'openshift.io/sa.scc.supplemental-groups'
const proxy = '/spec/containers/istio-proxy'

const cases: Readonly<Record<string, Case>> = {
  injection: {
    of: 'injection',
    places: [
      { ...labelled('sidecar.istio.io/inject', 'true', 'false', 'maybe'), blocking: [2] },
      annotated('sidecar.istio.io/inject', 'true', 'false'),
      inConfig('neverInjectSelector', [{ matchLabels: { app: 'web' } }]),
      inConfig('policy', 'disabled'),
      {
        named: /^pod spec\.hostNetwork$/,
        ways: [(setup) => ({ ...setup, spec: { ...setup.spec, hostNetwork: true } })],
      },
    ],
    base: (setup) => ({ ...setup, labels: { app: 'web' } }),
    seen: (_pod, { result }) => result,
  },
  'injection by selectors': {
    of: 'injection',
    places: [
      labelled('sidecar.istio.io/inject', 'true', 'false'),
      inConfig('neverInjectSelector', [{ matchLabels: { app: 'web' } }]),
      inConfig('alwaysInjectSelector', [{ matchLabels: { app: 'web' } }]),
      inConfig('policy', 'disabled'),
    ],
    base: (setup) => ({ ...setup, labels: { app: 'web' } }),
    seen: (_pod, { result }) => result,
  },
  templates: {
    of: 'templates',
    places: [
      annotated('inject.istio.io/templates', 'gateway', 'sidecar, grpc-agent'),
      inConfig('defaultTemplates', ['grpc-simple']),
    ],
    seen: (_pod, { templates }) => templates.join(','),
  },
  revision: {
    of: 'revision',
    places: [inSettings('revision', 'canary')],
    seen: (pod) => JSON.parse(pod.metadata?.annotations?.['sidecar.istio.io/status'] ?? '{}').revision,
  },
  'compliance policy': {
    of: 'compliance policy',
    places: [inSettings('compliancePolicy', 'fips-140-2')],
    seen: (pod) => proxyVariable(pod, 'COMPLIANCE_POLICY'),
  },
  'native sidecars': {
    of: 'nativeSidecars',
    places: [
      annotated('sidecar.istio.io/nativeSidecar', 'true', 'false', '', 'yes'),
      inSettings('nativeSidecars', 'enabled', 'disabled'),
      { ...node('mine', true, 'v1.32.1', 'v1.33.0', 'unknown'), mayGoUnnamed: true },
      { ...node('other', false, 'v1.31.0', 'v1.34.0', 'unknown'), mayGoUnnamed: true },
    ],
    seen: (pod) => pod.spec?.initContainers?.some(({ name }) => name === 'istio-proxy') ?? false,
  },
  'native sidecars of a template without one': {
    of: 'nativeSidecars',
    places: [inSettings('nativeSidecars', 'enabled', 'disabled')],
    base: (setup) => ({
      ...setup,
      annotations: { 'sidecar.istio.io/nativeSidecar': 'false', 'inject.istio.io/templates': 'own' },
      config: { templates: { own: 'metadata: {labels: {native: "{{ .NativeSidecars }}"}}' } },
    }),
    seen: (pod) => pod.metadata?.labels?.['native'] === 'true',
  },
  hold: {
    of: 'holdApplicationUntilProxyStarts',
    places: [
      inOwnConfig(
        'holdApplicationUntilProxyStarts',
        { holdApplicationUntilProxyStarts: true },
        { holdApplicationUntilProxyStarts: false },
      ),
      inDefaultConfig(
        'holdApplicationUntilProxyStarts',
        { holdApplicationUntilProxyStarts: true },
        { holdApplicationUntilProxyStarts: false },
      ),
      inValues('global.proxy.holdApplicationUntilProxyStarts', 'true', 'false'),
    ],
    seen: (pod) => pod.spec?.containers?.[0]?.name === 'istio-proxy',
  },
  'interception mode': {
    of: 'interceptionMode',
    places: [
      annotated('sidecar.istio.io/interceptionMode', 'REDIRECT', 'TPROXY', 'NONE'),
      inOwnConfig('interceptionMode', { interceptionMode: 'TPROXY' }),
      inDefaultConfig('interceptionMode', { interceptionMode: 'NONE' }),
    ],
    seen: (pod) => proxyVariable(pod, 'ISTIO_META_INTERCEPTION_MODE'),
  },
  'image type': {
    of: 'image type',
    places: [
      annotated('sidecar.istio.io/proxyImageType', 'debug', ''),
      inOwnConfig('image.imageType', { image: { imageType: 'distroless' } }),
      inResource('image.imageType', { image: { imageType: 'resource' } }),
      inDefaultConfig('image.imageType', { image: { imageType: 'mesh' } }),
      inValues('global.variant', 'variant'),
    ],
    seen: (pod) => /-([a-z]+)$/.exec(findProxy(pod)?.image ?? '')?.[1] ?? '',
  },
  'rewriting of probes': {
    of: 'rewrite probes',
    places: [
      annotated('sidecar.istio.io/rewriteAppHTTPProbers', 'true', 'false', 'maybe', ''),
      inValues('sidecarInjectorWebhook.rewriteAppHTTPProbe', 'false'),
    ],
    base: probed,
    seen: (pod) => probeOf(pod)?.path !== '/r',
  },
  'rewriting of probes, disabled by a template': {
    of: 'rewrite probes',
    places: [
      annotated('sidecar.istio.io/rewriteAppHTTPProbers', 'true'),
      {
        named: /^template grpc-simple:\d+$/,
        ways: [(setup) => ({ ...setup, config: { defaultTemplates: ['grpc-simple'] } })],
      },
    ],
    base: (setup) => ({ ...probed(setup), set: ['sidecarInjectorWebhook.rewriteAppHTTPProbe=false'] }),
    seen: (pod) => probeOf(pod)?.path !== '/r',
  },
  'the port of the agent': {
    of: 'agent port',
    places: [annotated('status.sidecar.istio.io/port', '15999'), inDefaultConfig('statusPort', { statusPort: 15998 })],
    base: probed,
    seen: (pod) => probeOf(pod)?.port ?? 0,
  },
  'merging of metrics': {
    of: 'merge metrics',
    places: [
      annotated('prometheus.istio.io/merge-metrics', 'true', 'false'),
      annotated('prometheus.io/scrape', 'false'),
      inMesh('enablePrometheusMerge', false),
    ],
    seen: (pod) => pod.metadata?.annotations?.['prometheus.io/path'] === '/stats/prometheus',
  },
  cluster: {
    of: 'cluster',
    places: [inPath('cluster', 'ISTIO_META_CLUSTER_ID', 'c1'), inValues('global.multiCluster.clusterName', 'c2')],
    seen: (pod) => proxyVariable(pod, 'ISTIO_META_CLUSTER_ID').replace('Kubernetes', ''),
  },
  network: {
    of: 'network',
    places: [
      labelled('topology.istio.io/network', 'n0', ''),
      inPath('net', 'ISTIO_META_NETWORK', 'n1'),
      inValues('global.network', 'n2'),
    ],
    seen: (pod) => pod.metadata?.labels?.['topology.istio.io/network'] ?? '',
  },
  'the user of the proxy': {
    of: `${proxy}/securityContext/runAsUser`,
    places: [ofNamespace(users, '1000/10', 'x')],
    base: openshift,
    seen: (pod) => findProxy(pod)?.securityContext?.runAsUser ?? 0,
  },
  'the group of the proxy': {
    of: `${proxy}/securityContext/runAsGroup`,
    places: [ofNamespace(users, '1000/10', 'x'), { ...ofNamespace(groups, '2000/10', 'x'), blocking: [1] }],
    base: openshift,
    seen: (pod) => findProxy(pod)?.securityContext?.runAsGroup ?? 0,
  },
  'a field of the ProxyConfig': {
    of: 'ProxyConfig concurrency',
    places: [
      inOwnConfig('concurrency', { concurrency: 2 }),
      inResource('concurrency', { concurrency: 3 }),
      inDefaultConfig('concurrency', { concurrency: 4 }),
    ],
    seen: (pod) => proxyConfig(pod)['concurrency'] ?? 0,
  },
  'the cluster of the proxy, which has two settings': {
    of: 'ProxyConfig serviceCluster',
    places: [
      inOwnConfig('serviceCluster', { serviceCluster: 'own' }),
      inDefaultConfig('serviceCluster', { serviceCluster: 'mesh' }),
    ],
    seen: (pod) => proxyConfig(pod)['serviceCluster'] ?? 'istio-proxy',
  },
  'a header of the proxy': {
    of: 'ProxyConfig proxyHeaders.server',
    places: [
      inOwnConfig('proxyHeaders.server', { proxyHeaders: { server: { value: 'own' } } }),
      inDefaultConfig('proxyHeaders.server', { proxyHeaders: { server: { value: 'mesh' } } }),
    ],
    seen: (pod) => (proxyConfig(pod)['proxyHeaders'] as { server?: Json } | undefined)?.server ?? '',
  },
}

/** Sources if no place of a case is set: a default, or the embedded configuration. */
const defaults = /^(default |config (policy|defaultTemplates)$|setting nativeSidecars$|values sidecarInjectorWebhook)/

test.each(Object.entries(cases))('%s', (_, { of, places, seen, base = (setup) => setup }) => {
  const evaluate = cached((ways) => {
    const setup = ways.reduce((before, way, index) => places[index]?.ways[way]?.(before) ?? before, base(empty))
    return explain(setup, of, seen)
  })
  for (const ways of combinations(places)) {
    const { origin, effect } = evaluate(ways)
    // A setting that is not made anywhere needs no origin.
    if (origin === undefined) {
      expect(evaluate(ways.map(() => -1)).effect, String(ways)).toEqual(effect)
      continue
    }
    const where = `${ways}: ${JSON.stringify(origin)}`
    expect(origin.value, where).toEqual(effect)
    const placeOf = (source: Source) =>
      places.findIndex((place, index) => place.named.test(text(source)) && ways[index] !== -1)
    const source = placeOf(origin.from)
    const overwritten = origin.lost.map(placeOf).filter((index) => index >= 0)
    if (source < 0) expect(text(origin.from), where).toMatch(defaults)
    const named = ways.map(
      (way, index) => way === -1 || index === source || places[index]?.mayGoUnnamed || overwritten.includes(index),
    )
    expect(named, `all places are named, ${where}`).not.toContain(false)

    for (const index of overwritten) {
      const other = evaluate(ways.with(index, -1))
      const because = `without overwritten place ${index}, ${where}: ${JSON.stringify(other)}`
      const from = other.origin === undefined ? undefined : text(other.origin.from)
      if (places[index]?.blocking?.includes(ways[index] ?? -1)) {
        expect([origin.from, ...origin.lost].map(text), because).toContain(from)
      } else {
        expect(other.effect, because).toEqual(effect)
        expect(from, because).toBe(text(origin.from))
      }
    }
    if (source >= 0) {
      const other = evaluate(ways.with(source, -1))
      expect([other.effect, other.origin?.from], `without the source, ${where}`).not.toEqual([effect, origin.from])
    }
  }
})

function cached<T>(make: (ways: readonly number[]) => T): (ways: readonly number[]) => T {
  const results = new Map<string, T>()
  return (ways) => {
    const found = results.get(ways.join())
    if (found !== undefined) return found
    const result = make(ways)
    results.set(ways.join(), result)
    return result
  }
}

/** All combinations of ways to make a setting in its places; -1 for a place where it isn't made. */
function combinations(places: readonly Place[]): readonly (readonly number[])[] {
  return places.reduce<readonly (readonly number[])[]>(
    (all, { ways }) => all.flatMap((before) => [-1, ...ways.keys()].map((way) => [...before, way])),
    [[]],
  )
}

/** The origin of a setting or field in the explanation, and its effect in the injected pod. */
function explain(
  setup: Setup,
  of: string,
  seen: Case['seen'],
): { readonly origin: Origin | undefined; readonly effect: Json } {
  const { annotations, labels, spec, mesh, config, set, options, path, namespace, nodes, proxyConfigs } = setup
  const snapshot = snapshotOf({ mesh, config, set, nativeSidecars: 'auto', ...options })
  const { facts, faults } = readFacts({
    namespaces: [{ metadata: { name: 'shop', annotations: namespace } }],
    nodes: nodes.map(([name, kubeletVersion]) => ({ metadata: { name }, status: { nodeInfo: { kubeletVersion } } })),
    proxyConfigs,
  })
  expect(faults).toEqual([])
  const isClassic = of !== 'nativeSidecars' && options.nativeSidecars === undefined
  const classic = isClassic ? { 'sidecar.istio.io/nativeSidecar': 'false' } : {}
  const pod = podWith({ ...classic, ...annotations }, labels, spec)
  const { injection, provenance } = explainInjection({ pod, namespace: 'shop', path }, snapshot, facts)
  const setting = provenance.settings.find(({ setting }) => setting === of)
  const field = provenance.fields.find(({ path }) => path === of)
  const [from] = field?.from ?? []
  const ofField = field === undefined || from === undefined ? undefined : { value: field.value, from, lost: field.lost }
  return { origin: setting ?? ofField, effect: seen(injection.pod as Pod, injection.decision) }
}

function text({ kind, name, field }: Source): string {
  return `${kind} ${name}${field === undefined ? '' : ` (${field})`}`
}
