import { describe, expect, test } from 'vitest'
import type { Injection } from '../../src/injection/model/injection.ts'
import type { Snapshot } from '../../src/injection/model/snapshot.ts'
import { annotations } from '../../src/istio/annotations/registry.ts'
import type { Pod } from '../../src/kubernetes/pod/types.ts'
import { isObject, type Json, type JsonObject, type StringMap } from '../../src/lang/json.ts'
import { hostileTexts, lookalikes } from './hostile.ts'
import { attempted, expectSame, snapshotOf, structureOf } from './support.ts'

/*
 * No string of a pod, its owner or the webhook's path may become anything but that string: not a container, a mount, a
 * field or a line of YAML. Each hostile string is tried in each place that accepts one. The result must be that of a harmless
 * string, except for the string itself, or the pod must be denied if the place rejects such strings.
 */

const enrichment = 'OTEL_SEMANTIC_CONVENTIONS'
const otel = {
  extensionProviders: [
    { name: 'otel', opentelemetry: { service: 'otel', port: 4317, serviceAttributeEnrichment: enrichment } },
  ],
}
const tproxy = { ...otel, defaultConfig: { interceptionMode: 'TPROXY' } }
const multus = ['pilot.cni.enabled=true', 'pilot.cni.provider=multus']
const datadog = 'global.proxy.tracer=datadog'
const lightstep = 'global.proxy.tracer=lightstep'
const certificates = 'global.mountMtlsCerts=true'

const everything = snapshotOf({ mesh: otel, set: [...multus, datadog, certificates] })
const variants: Readonly<Record<string, Snapshot>> = {
  sidecar: snapshotOf({ mesh: otel, set: [lightstep] }),
  'native sidecar': snapshotOf({ mesh: otel, set: [datadog], nativeSidecars: 'enabled' }),
  'sidecar with TPROXY': snapshotOf({ mesh: tproxy, set: [datadog] }),
  'sidecar with CNI': everything,
  'native sidecar with CNI and TPROXY': snapshotOf({
    mesh: tproxy,
    set: [...multus, lightstep],
    nativeSidecars: 'enabled',
  }),
  gateway: snapshotOf({ config: { defaultTemplates: ['gateway'] }, set: [certificates] }),
  'grpc-agent': snapshotOf({ config: { defaultTemplates: ['grpc-agent'] }, set: [certificates] }),
  'grpc-simple': snapshotOf({ config: { defaultTemplates: ['grpc-simple'] } }),
}

/** The parts of a pod and of its request that a string is placed in. */
interface Parts {
  readonly annotations?: StringMap
  /** Annotations with a JSON value. */
  readonly json?: { readonly [name: string]: JsonObject }
  readonly labels?: StringMap
  readonly metadata?: JsonObject
  readonly owner?: JsonObject
  readonly spec?: JsonObject
  readonly container?: JsonObject
  readonly namespace?: string
  readonly path?: string
}

/** A place for a string. */
interface Place {
  readonly parts: (text: string) => Parts
  /** Matches the strings that are rejected there; none by default. */
  readonly rejects?: RegExp
  /** What a string may become on its way to a field, besides staying as it is. */
  readonly becomes?: (text: string) => string
  /** It doesn't reach a field. */
  readonly ignored?: true
}

const lines = /[\p{Cc}\u2028\u2029]/u
const surrogates = /\p{Cs}/u
/** Characters that YAML doesn't allow, and those that it allows only escaped. */
const unprintable = /[\p{Cs}\x7f-\x84\x86-\x9f]/u
const unescaped = /[\x7f-\x84\x86-\x9f]/u
const config = 'proxy.istio.io/config'
const volumes = 'sidecar.istio.io/userVolume'
const mounts = 'sidecar.istio.io/userVolumeMount'
const datadogEnv = 'apm.datadoghq.com/env'

const inAnnotation = (name: string): Place => ({ parts: (text) => ({ annotations: { [name]: text } }) })
const onOneLine = (name: string, prefix = ''): Place => ({
  parts: (text) => ({ annotations: { [name]: `${prefix}${text}` } }),
  rejects: lines,
})
const inLabel = (name: string): Place => ({ parts: (text) => ({ labels: { [name]: text } }) })
const inJson = (name: string, value: (text: string) => JsonObject): Place => ({
  parts: (text) => ({ json: { [name]: value(text) } }),
})
const inVolume = (name: string, value: (text: string) => JsonObject): Place => ({
  ...inJson(name, value),
  rejects: unescaped,
})
const inConfig = (value: (text: string) => JsonObject): Place => ({ ...inJson(config, value), rejects: unprintable })
const inPath = (text: string) => encodeURIComponent(text.toWellFormed()).replaceAll('%2F', '--slash--')
const slashes = (text: string) => text.replaceAll('--slash--', '/')

/** A canonical name is truncated to the length of a label, and trimmed. */
function canonical(text: string): string {
  return [...text]
    .slice(0, 63)
    .join('')
    .replace(/^[-_.]+|[-_.]+$/g, '')
}

const places: Readonly<Record<string, Place>> = {
  'annotation sidecar.istio.io/proxyImage': onOneLine('sidecar.istio.io/proxyImage', 'example.com/'),
  'annotation sidecar.istio.io/proxyImageType': onOneLine('sidecar.istio.io/proxyImageType'),
  'annotation sidecar.istio.io/logLevel': onOneLine('sidecar.istio.io/logLevel'),
  'annotation sidecar.istio.io/componentLogLevel': onOneLine('sidecar.istio.io/componentLogLevel'),
  'annotation sidecar.istio.io/agentLogLevel': onOneLine('sidecar.istio.io/agentLogLevel'),
  'annotation sidecar.istio.io/bootstrapOverride': onOneLine('sidecar.istio.io/bootstrapOverride'),
  'annotation resource.opentelemetry.io/service.namespace': onOneLine('resource.opentelemetry.io/service.namespace'),
  'annotation resource.opentelemetry.io/service.version': onOneLine('resource.opentelemetry.io/service.version'),
  'annotation resource.opentelemetry.io/service.instance.id': onOneLine(
    'resource.opentelemetry.io/service.instance.id',
  ),
  'annotation sidecar.istio.io/nativeSidecar': { ...inAnnotation('sidecar.istio.io/nativeSidecar'), ignored: true },
  'annotation sidecar.istio.io/capNetBindService': {
    ...inAnnotation('sidecar.istio.io/capNetBindService'),
    ignored: true,
  },
  'annotation kubectl default-container': { ...inAnnotation('kubectl.kubernetes.io/default-container'), ignored: true },
  'annotation kubectl default-logs-container': {
    ...inAnnotation('kubectl.kubernetes.io/default-logs-container'),
    ignored: true,
  },
  'annotation k8s.v1.cni.cncf.io/networks': {
    // With a closing bracket it would be JSON; anything else stays as it is.
    parts: (text) => ({ annotations: { 'k8s.v1.cni.cncf.io/networks': text.replaceAll(']', '') } }),
    becomes: (text) => text.replaceAll(']', ''),
  },
  'annotation k8s.v1.cni.cncf.io/networks, as JSON': {
    parts: (text) => ({ annotations: { 'k8s.v1.cni.cncf.io/networks': JSON.stringify([{ name: text }]) } }),
  },
  'annotation prometheus.io/path': inAnnotation('prometheus.io/path'),
  'annotation sidecar.istio.io/status': { ...inAnnotation('sidecar.istio.io/status'), ignored: true },
  'an unknown annotation': { ...inAnnotation('example.com/unknown'), ignored: true },
  'the name of a user volume': inVolume(volumes, (text) => ({ [`z${text}`]: {} })),
  'a name within a user volume': inVolume(volumes, (text) => ({
    own: { name: `v${text}`, secret: { secretName: text } },
  })),
  'the name of a user mount': inVolume(mounts, (text) => ({ [`z${text}`]: { mountPath: '/own' } })),
  'the path of a user mount': inVolume(mounts, (text) => ({ own: { mountPath: `/own${text}`, subPath: text } })),
  'a name in apm.datadoghq.com/env': inJson(datadogEnv, (text) => ({ [`DD${text}`]: 'x' })),
  'a value in apm.datadoghq.com/env': inJson(datadogEnv, (text) => ({ DD: text })),
  'a value of proxyMetadata': inConfig((text) => ({ proxyMetadata: { OWN: text } })),
  'a name in proxyMetadata': inConfig((text) => ({ proxyMetadata: { [`OWN${text}`]: 'x' } })),
  'a string of the proxy configuration': inConfig((text) => ({ zipkinAddress: text })),
  'the image type of the proxy configuration': inConfig((text) => ({ image: { imageType: text } })),
  'the certificates of tracing': inConfig((text) => ({
    tracing: { tlsSettings: { mode: 'SIMPLE', caCertificates: `/certs${text}/ca.pem` } },
  })),
  'label service.istio.io/canonical-name': {
    ...inLabel('service.istio.io/canonical-name'),
    becomes: canonical,
    ignored: true,
  },
  'label app.kubernetes.io/name': { ...inLabel('app.kubernetes.io/name'), becomes: canonical },
  'label app': { ...inLabel('app'), becomes: canonical },
  'label service.istio.io/canonical-revision': { ...inLabel('service.istio.io/canonical-revision'), ignored: true },
  'label app.kubernetes.io/version': inLabel('app.kubernetes.io/version'),
  'label version': inLabel('version'),
  'label security.istio.io/tlsMode': { ...inLabel('security.istio.io/tlsMode'), ignored: true },
  'label networking.istio.io/tunnel': { ...inLabel('networking.istio.io/tunnel'), ignored: true },
  'label service.istio.io/workload-name': inLabel('service.istio.io/workload-name'),
  'label topology.istio.io/network': inLabel('topology.istio.io/network'),
  'the name of an unknown label': { parts: (text) => ({ labels: { [`x${text}`]: 'x' } }), ignored: true },
  'the name of an unknown annotation': { parts: (text) => ({ annotations: { [`x${text}`]: 'x' } }), ignored: true },
  'the name of a container': { parts: (name) => ({ container: { name } }), rejects: surrogates },
  'the name of an init container': {
    parts: (name) => ({ spec: { initContainers: [{ name, startupProbe: { tcpSocket: { port: 80 } } }] } }),
    rejects: surrogates,
  },
  'the name of a port': { parts: (name) => ({ container: { ports: [{ name, containerPort: 80 }] } }) },
  'the path of a probe': { parts: (path) => ({ container: { livenessProbe: { httpGet: { port: 80, path } } } }) },
  'an image': { parts: (text) => ({ container: { image: `example.com/app@${text}` } }) },
  'the service account': { parts: (text) => ({ spec: { serviceAccountName: text } }) },
  'the namespace of the pod': { parts: (text) => ({ metadata: { namespace: text } }) },
  'the namespace of the request': { parts: (text) => ({ namespace: text }) },
  'the name of the pod': {
    parts: (name) => ({ metadata: { name, generateName: '' }, labels: { app: '' } }),
    becomes: canonical,
  },
  'the name of the owner': { parts: (name) => ({ owner: { name }, labels: { app: '' } }), becomes: canonical },
  'the kind of the owner': { parts: (kind) => ({ owner: { kind } }), becomes: (text) => text.toLowerCase() },
  'the version of the owner': { parts: (apiVersion) => ({ owner: { apiVersion } }) },
  'the cluster of the path': { parts: (text) => ({ path: `/cluster/${inPath(text)}` }), becomes: slashes },
  'a value of the path': { parts: (text) => ({ path: `/own/${inPath(text)}` }), becomes: slashes },
  'a key of the path': {
    parts: (text) => ({ path: `/x${inPath(text.replaceAll('/', ''))}/x` }),
    becomes: (text) => text.replaceAll('/', '').toUpperCase(),
  },
}

/** Combines parts. If two places need the same field, the later one gets it. */
function combine(all: readonly Parts[]): Parts {
  const join = <T>(pick: (parts: Parts) => T | undefined): T =>
    Object.assign({}, ...all.map((parts) => pick(parts) ?? {}))
  const json: { [name: string]: JsonObject } = {}
  for (const parts of all)
    for (const [name, value] of Object.entries(parts.json ?? {})) json[name] = deepJoin(json[name] ?? {}, value)
  return {
    annotations: join((parts) => parts.annotations),
    json,
    labels: join((parts) => parts.labels),
    metadata: join((parts) => parts.metadata),
    owner: join((parts) => parts.owner),
    spec: join((parts) => parts.spec),
    container: join((parts) => parts.container),
    namespace: all.findLast((parts) => parts.namespace !== undefined)?.namespace ?? 'shop',
    path: all.map((parts) => parts.path ?? '').join(''),
  }
}

function deepJoin(first: JsonObject, second: JsonObject): JsonObject {
  const pairs = Object.entries(second).map(([key, value]) => {
    const before = Object.hasOwn(first, key) ? first[key] : undefined
    return [key, isObject(before) && isObject(value) ? deepJoin(before, value) : value] as const
  })
  return { ...first, ...Object.fromEntries(pairs) }
}

function podOf({
  annotations = {},
  json = {},
  labels = {},
  metadata = {},
  owner = {},
  spec = {},
  container = {},
}: Parts): Pod {
  const written = Object.fromEntries(Object.entries(json).map(([name, value]) => [name, JSON.stringify(value)]))
  const controller = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: '1', controller: true }
  return {
    metadata: {
      generateName: 'web-5d4f-',
      labels: { app: 'web', ...labels },
      annotations: { ...annotations, ...written },
      ownerReferences: [{ ...controller, ...owner }],
      ...metadata,
    },
    spec: {
      containers: [
        {
          name: 'app',
          image: 'example.com/app:1',
          readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
          ...container,
        },
      ],
      volumes: [{ name: 'data', emptyDir: {} }],
      ...spec,
    },
  }
}

function injectParts(parts: Parts, snapshot: Snapshot): Injection {
  const request = { snapshot, namespace: parts.namespace ?? 'shop', path: `/inject${parts.path ?? ''}` }
  return attempted(podOf(parts), request)
}

const harmless = 'harmless'

describe('a hostile string in one place', () => {
  test.each(Object.entries(places).map((entry, index) => [...entry, index] as const))('%s', (name, place, index) => {
    const snapshot = name.includes('tracing') ? (variants['sidecar'] ?? everything) : everything
    const baseline = injectParts(place.parts(harmless), snapshot)
    expect(baseline.decision).toMatchObject({ result: 'injected' })
    // Otherwise this test would prove nothing.
    const result = place.becomes?.(harmless) ?? harmless
    if (place.ignored === undefined) expect(JSON.stringify(baseline.patch)).toContain(result)

    const expected = masked(baseline.pod, harmless, [place])
    // All places get all strings below; here each place gets a third of them, or all if it rejects some.
    const texts = Object.entries(hostileTexts).filter((_, at) => place.rejects !== undefined || (at + index) % 3 === 0)
    for (const [kind, text] of texts) {
      const { decision, pod } = injectParts(place.parts(text), snapshot)
      const result = place.rejects?.test(text) === true ? 'denied' : 'injected'
      expect({ kind, ...decision }).toMatchObject({ kind, result })
      if (result === 'denied') expect(decision.reason).toMatch(/^invalid-/)
      else expectSame(kind, expected, masked(pod, text, [place]))
    }
  })
})

describe('a hostile string in all places', () => {
  test.each(Object.entries(variants))('%s', (_, snapshot) => {
    // Many strings are accepted in the same places.
    const baselines = new Map<string, Json>()
    for (const [kind, text] of Object.entries(hostileTexts)) {
      const accepting = Object.values(places).filter(({ rejects }) => rejects?.test(text) !== true)
      const where = accepting.map((place) => Object.values(places).indexOf(place)).join()
      const injectAll = (value: string) => injectParts(combine(accepting.map(({ parts }) => parts(value))), snapshot)
      const baseline = baselines.get(where) ?? masked(injectAll(harmless).pod, harmless, accepting)
      baselines.set(where, baseline)
      const injection = injectAll(text)
      expect({ kind, ...injection.decision }).toMatchObject({ kind, result: 'injected' })
      expectSame(kind, baseline, masked(injection.pod, text, accepting))
    }
    // Strings too short to be recognized. Some are valid settings in places that read a boolean or a suffix.
    const plain = Object.values(places).filter(({ ignored }) => ignored === undefined)
    const [baseline, ...others] = [harmless, ...lookalikes].map((text) =>
      structureOf(injectParts(combine(plain.map(({ parts }) => parts(text))), snapshot).pod),
    )
    for (const [index, other] of others.entries())
      expectSame(JSON.stringify(lookalikes[index]), baseline ?? null, other)
  })
})

/** Annotations with a narrow format reject nearly all strings; those they accept must not do more than a valid value. */
const narrow = annotations.filter(({ name, check, example, inTemplate, target }) => {
  const narrowed = check !== undefined && places[`annotation ${name}`] === undefined && name !== config
  return inTemplate && target === 'Pod' && example !== undefined && narrowed
})

test.each(narrow.map(({ name, example = '' }) => [name, example] as const))(
  'a hostile string around a valid value of %s',
  (name, example) => {
    const baseline = injectParts({ annotations: { [name]: example } }, everything)
    expect(baseline.decision.result).toBe('injected')
    for (const [kind, text] of Object.entries(hostileTexts)) {
      for (const value of [text, `${example}${text}`, `${text}${example}`, `${example},${text}`]) {
        const { decision, pod } = injectParts({ annotations: { [name]: value } }, everything)
        if (decision.result === 'denied') expect(decision.reason).toBe('invalid-annotation')
        else expectSame(kind, structureOf(baseline.pod), structureOf(pod))
      }
    }
  },
)

test('every annotation that a template reads is in these tables', () => {
  const tried = new Set([...Object.keys(places), ...narrow.map(({ name }) => `annotation ${name}`)])
  const json = [config, volumes, mounts, datadogEnv]
  const kubectl = (name: string) => name.replace('kubectl.kubernetes.io/', 'kubectl ')
  const read = annotations.filter(({ name, inTemplate }) => inTemplate && !json.includes(name))
  expect(read.filter(({ name }) => !tried.has(`annotation ${kubectl(name)}`)).map(({ name }) => name)).toEqual([])
})

/** The result with all forms of the string replaced by a placeholder. */
function masked(result: JsonObject, text: string, from: readonly Place[]): Json {
  const forms = [text, ...from.map(({ becomes }) => becomes?.(text) ?? text)]
  const longestFirst = [...new Set([...forms, ...forms.map((form) => form.toWellFormed())])]
    .filter((form) => form !== '')
    .sort((a, b) => b.length - a.length)
  const pattern = new RegExp(longestFirst.map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g')
  const replace = (value: string) => value.replace(pattern, '(text)')
  const walk = (value: Json): Json => {
    if (typeof value === 'string') return replace(value)
    if (Array.isArray(value)) return value.map(walk)
    if (!isObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [replace(key), walk(item)]))
  }
  return walk(parsed(result))
}

/** The value with strings that are JSON documents replaced by those documents. */
function parsed(value: Json): Json {
  if (Array.isArray(value)) return value.map(parsed)
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, parsed(item)]))
  if (typeof value !== 'string' || !/^[[{]/.test(value)) return value
  try {
    return { json: parsed(JSON.parse(value)) }
  } catch {
    return value
  }
}
