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
 * Whatever is named as the source of a setting has to be what counts. For every way of making a setting in several places at
 * once: without the winner the value changes, or another place of the same value takes over; without a loser nothing changes;
 * and nothing that is set goes unmentioned. What counts is seen in the injected pod, not in what is said of it.
 */

/** A pod and all that surrounds it. */
interface Scene {
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

/** A place where a setting can be made: what names it, and ways to make it there. */
interface Place {
  readonly named: RegExp
  readonly ways: readonly ((scene: Scene) => Scene)[]
  /** Ways that say nothing themselves and keep another place from being asked, by their index. */
  readonly blocking?: readonly number[]
  /** It may be set and go unnamed: it isn't asked, or it agrees with what another one of its kind decides. */
  readonly mayGoUnnamed?: true
}

interface Origin {
  readonly value: Json
  readonly from: Source
  readonly lost: readonly Source[]
}

interface Case {
  readonly places: readonly Place[]
  /** A setting by its name, or a field by its pointer. */
  readonly of: string
  /** What the injected pod shows of the setting. */
  readonly seen: (pod: Pod, decision: { readonly result: string; readonly templates: readonly string[] }) => Json
  /** What is the same for all. */
  readonly base?: (scene: Scene) => Scene
}

const empty: Scene = {
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
  ways: values.map((value) => (scene) => ({ ...scene, annotations: { ...scene.annotations, [name]: value } })),
})
const labelled = (name: string, ...values: readonly string[]): Place => ({
  named: new RegExp(`^label ${name}$`),
  ways: values.map((value) => (scene) => ({ ...scene, labels: { ...scene.labels, [name]: value } })),
})
const inValues = (path: string, ...values: readonly string[]): Place => ({
  named: new RegExp(`^values ${path}$`),
  ways: values.map((value) => (scene) => ({ ...scene, set: [...scene.set, `${path}=${value}`] })),
})
const inConfig = (name: string, ...values: readonly Json[]): Place => ({
  named: new RegExp(`^config ${name}$`),
  ways: values.map((value) => (scene) => ({ ...scene, config: { ...scene.config, [name]: value } })),
})
const inMesh = (name: string, ...values: readonly Json[]): Place => ({
  named: new RegExp(`^mesh ${name}$`),
  ways: values.map((value) => (scene) => ({ ...scene, mesh: { ...scene.mesh, [name]: value } })),
})
/** A field of the mesh's defaultConfig, and of the annotation proxy.istio.io/config; `field` is how provenance names it. */
const inDefaultConfig = (field: string, ...configs: readonly JsonObject[]): Place => ({
  named: new RegExp(`^mesh defaultConfig\\.${field}$`),
  ways: configs.map((config) => (scene) => ({ ...scene, mesh: { ...scene.mesh, defaultConfig: config } })),
})
const inOwnConfig = (field: string, ...configs: readonly JsonObject[]): Place => ({
  named: new RegExp(`^annotation proxy\\.istio\\.io/config \\(${field}\\)$`),
  ways: configs.map((config) => (scene) => ({
    ...scene,
    annotations: { ...scene.annotations, 'proxy.istio.io/config': JSON.stringify(config) },
  })),
})
const inResource = (field: string, ...specs: readonly JsonObject[]): Place => ({
  named: new RegExp(`^proxy-config shop/one \\(${field}\\)$`),
  ways: specs.map((spec) => (scene) => ({
    ...scene,
    proxyConfigs: [{ metadata: { namespace: 'shop', name: 'one' }, spec }],
  })),
})
const inSettings = (name: keyof Scene['options'], ...values: readonly string[]): Place => ({
  named: new RegExp(`^setting ${name}$`),
  ways: values.map((value) => (scene) => ({ ...scene, options: { ...scene.options, [name]: value } })),
})
const inPath = (key: string, variableName: string, ...values: readonly string[]): Place => ({
  named: new RegExp(`^path ${variableName}$`),
  ways: values.map((value) => (scene) => ({ ...scene, path: `${scene.path}:ENV:${key}=${value}` })),
})
const ofNamespace = (name: string, ...values: readonly string[]): Place => ({
  named: new RegExp(`^namespace ${name}$`),
  ways: values.map((value) => (scene) => ({ ...scene, namespace: { ...scene.namespace, [name]: value } })),
})
const node = (name: string, isOwn: boolean, ...versions: readonly string[]): Place => ({
  named: isOwn
    ? new RegExp(`^nodes kubelet of node ${name}$`)
    : new RegExp(`^nodes (oldest kubelet|kubelet of node ${name})$`),
  ways: versions.map((version) => (scene) => ({
    ...scene,
    nodes: [...scene.nodes, [name, version] as const],
    spec: isOwn ? { ...scene.spec, nodeName: name } : scene.spec,
  })),
})

const proxyVariable = (pod: Pod, name: string) => variable(findProxy(pod)?.env, name) ?? ''
const proxyConfig = (pod: Pod): JsonObject => JSON.parse(proxyVariable(pod, 'PROXY_CONFIG') || '{}')
const probed = (scene: Scene): Scene => ({
  ...scene,
  spec: { containers: [{ name: 'app', readinessProbe: { httpGet: { path: '/r', port: 80 } } }] },
})
const openshift = (scene: Scene): Scene => ({ ...scene, options: { platform: 'openshift' } })
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
        ways: [(scene) => ({ ...scene, spec: { ...scene.spec, hostNetwork: true } })],
      },
    ],
    base: (scene) => ({ ...scene, labels: { app: 'web' } }),
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
    base: (scene) => ({ ...scene, labels: { app: 'web' } }),
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
  'native sidecars of a template that has none': {
    of: 'nativeSidecars',
    places: [inSettings('nativeSidecars', 'enabled', 'disabled')],
    base: (scene) => ({
      ...scene,
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
  'rewriting of probes, which a template forbids': {
    of: 'rewrite probes',
    places: [
      annotated('sidecar.istio.io/rewriteAppHTTPProbers', 'true'),
      {
        named: /^template grpc-simple:\d+$/,
        ways: [(scene) => ({ ...scene, config: { defaultTemplates: ['grpc-simple'] } })],
      },
    ],
    base: (scene) => ({ ...probed(scene), set: ['sidecarInjectorWebhook.rewriteAppHTTPProbe=false'] }),
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
  'the cluster of the proxy, which has two names': {
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

/** What holds where no place of a case is set: a default, or the embedded configuration. */
const given = /^(default |config (policy|defaultTemplates)$|setting nativeSidecars$|values sidecarInjectorWebhook)/

test.each(Object.entries(cases))('%s', (_, { of, places, seen, base = (scene) => scene }) => {
  const look = cached((ways) => {
    const scene = ways.reduce((before, way, index) => places[index]?.ways[way]?.(before) ?? before, base(empty))
    return explain(scene, of, seen)
  })
  for (const ways of combinations(places)) {
    const { origin, effect } = look(ways)
    // A setting that nobody made may go without a word.
    if (origin === undefined) {
      expect(look(ways.map(() => -1)).effect, String(ways)).toEqual(effect)
      continue
    }
    const where = `${ways}: ${JSON.stringify(origin)}`
    expect(origin.value, where).toEqual(effect)
    const placeOf = (source: Source) =>
      places.findIndex((place, index) => place.named.test(text(source)) && ways[index] !== -1)
    const winner = placeOf(origin.from)
    const losers = origin.lost.map(placeOf).filter((index) => index >= 0)
    if (winner < 0) expect(text(origin.from), where).toMatch(given)
    const named = ways.map(
      (way, index) => way === -1 || index === winner || places[index]?.mayGoUnnamed || losers.includes(index),
    )
    expect(named, `all places are named, ${where}`).not.toContain(false)

    for (const index of losers) {
      const other = look(ways.with(index, -1))
      const because = `without loser ${index}, ${where}: ${JSON.stringify(other)}`
      const from = other.origin === undefined ? undefined : text(other.origin.from)
      if (places[index]?.blocking?.includes(ways[index] ?? -1)) {
        expect([origin.from, ...origin.lost].map(text), because).toContain(from)
      } else {
        expect(other.effect, because).toEqual(effect)
        expect(from, because).toBe(text(origin.from))
      }
    }
    if (winner >= 0) {
      const other = look(ways.with(winner, -1))
      expect([other.effect, other.origin?.from], `without the winner, ${where}`).not.toEqual([effect, origin.from])
    }
  }
})

function cached<T>(make: (ways: readonly number[]) => T): (ways: readonly number[]) => T {
  const made = new Map<string, T>()
  return (ways) => {
    const found = made.get(ways.join())
    if (found !== undefined) return found
    const result = make(ways)
    made.set(ways.join(), result)
    return result
  }
}

/** All ways to make a setting in some of its places; -1: not there. */
function combinations(places: readonly Place[]): readonly (readonly number[])[] {
  return places.reduce<readonly (readonly number[])[]>(
    (all, { ways }) => all.flatMap((before) => [-1, ...ways.keys()].map((way) => [...before, way])),
    [[]],
  )
}

/** What is said of a setting or field, and what the injected pod shows of it. */
function explain(
  scene: Scene,
  of: string,
  seen: Case['seen'],
): { readonly origin: Origin | undefined; readonly effect: Json } {
  const { annotations, labels, spec, mesh, config, set, options, path, namespace, nodes, proxyConfigs } = scene
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
  const setting = provenance.settings.find((one) => one.setting === of)
  const field = provenance.fields.find((one) => one.path === of)
  const [from] = field?.from ?? []
  const ofField = field === undefined || from === undefined ? undefined : { value: field.value, from, lost: field.lost }
  return { origin: setting ?? ofField, effect: seen(injection.pod as Pod, injection.decision) }
}

function text({ kind, name, field }: Source): string {
  return `${kind} ${name}${field === undefined ? '' : ` (${field})`}`
}
