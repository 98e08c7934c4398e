import { describe, expect, test } from 'vitest'
import type { Injection } from '../../src/injection/model/injection.ts'
import type { Snapshot } from '../../src/injection/model/snapshot.ts'
import { annotations } from '../../src/istio/annotations/registry.ts'
import type { Pod } from '../../src/kubernetes/pod/types.ts'
import { isObject, type Json, type JsonObject, type StringMap } from '../../src/lang/json.ts'
import { hostileTexts, lookalikes } from './hostile.ts'
import { expectSame, run, snapshotOf, structureOf } from './support.ts'

/*
 * No text that a pod, its owner or the webhook's path brings can become anything but that text: not a container, a mount,
 * a field, a line of YAML. Each text goes to each place where one is taken; the result must be the one of a harmless
 * text, but for that text, or the pod must be denied where its place takes no such text.
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

/** What a text does to a pod, and to the request around it. */
interface Parts {
  readonly annotations?: StringMap
  /** Annotations whose value is written as JSON. */
  readonly json?: { readonly [name: string]: JsonObject }
  readonly labels?: StringMap
  readonly metadata?: JsonObject
  readonly owner?: JsonObject
  readonly spec?: JsonObject
  readonly container?: JsonObject
  readonly namespace?: string
  readonly path?: string
}

/** Where a text is taken. */
interface Place {
  readonly parts: (text: string) => Parts
  /** The texts that are refused there; by default none. */
  readonly refuses?: RegExp
  /** What a text may become on its way to a field, beside staying as it is. */
  readonly becomes?: (text: string) => string
  /** It reaches no field of its own. */
  readonly ignored?: true
}

const lines = /[\p{Cc}\u2028\u2029]/u
const halves = /\p{Cs}/u
/** What YAML takes in no form, and what it takes only escaped. */
const unprintable = /[\p{Cs}\x7f-\x84\x86-\x9f]/u
const unescaped = /[\x7f-\x84\x86-\x9f]/u
const config = 'proxy.istio.io/config'
const volumes = 'sidecar.istio.io/userVolume'
const mounts = 'sidecar.istio.io/userVolumeMount'
const datadogEnv = 'apm.datadoghq.com/env'

const inAnnotation = (name: string): Place => ({ parts: (text) => ({ annotations: { [name]: text } }) })
const onOneLine = (name: string, prefix = ''): Place => ({
  parts: (text) => ({ annotations: { [name]: `${prefix}${text}` } }),
  refuses: lines,
})
const inLabel = (name: string): Place => ({ parts: (text) => ({ labels: { [name]: text } }) })
const inJson = (name: string, value: (text: string) => JsonObject): Place => ({
  parts: (text) => ({ json: { [name]: value(text) } }),
})
const inVolume = (name: string, value: (text: string) => JsonObject): Place => ({
  ...inJson(name, value),
  refuses: unescaped,
})
const inConfig = (value: (text: string) => JsonObject): Place => ({ ...inJson(config, value), refuses: unprintable })
const inPath = (text: string) => encodeURIComponent(text.toWellFormed()).replaceAll('%2F', '--slash--')
const slashes = (text: string) => text.replaceAll('--slash--', '/')

/** A canonical name is cut to the length of a label, and trimmed. */
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
    // A closing bracket makes it JSON; what is none stays as it is.
    parts: (text) => ({ annotations: { 'k8s.v1.cni.cncf.io/networks': text.replaceAll(']', '') } }),
    becomes: (text) => text.replaceAll(']', ''),
  },
  'annotation k8s.v1.cni.cncf.io/networks, as JSON': {
    parts: (text) => ({ annotations: { 'k8s.v1.cni.cncf.io/networks': JSON.stringify([{ name: text }]) } }),
  },
  'annotation prometheus.io/path': inAnnotation('prometheus.io/path'),
  'annotation sidecar.istio.io/status': { ...inAnnotation('sidecar.istio.io/status'), ignored: true },
  'an unknown annotation': { ...inAnnotation('example.com/unknown'), ignored: true },
  'the name of a volume of the user': inVolume(volumes, (text) => ({ [`z${text}`]: {} })),
  'a name within a volume of the user': inVolume(volumes, (text) => ({
    own: { name: `v${text}`, secret: { secretName: text } },
  })),
  'the name of a mount of the user': inVolume(mounts, (text) => ({ [`z${text}`]: { mountPath: '/own' } })),
  'the path of a mount of the user': inVolume(mounts, (text) => ({ own: { mountPath: `/own${text}`, subPath: text } })),
  'a name in apm.datadoghq.com/env': inJson(datadogEnv, (text) => ({ [`DD${text}`]: 'x' })),
  'a value in apm.datadoghq.com/env': inJson(datadogEnv, (text) => ({ DD: text })),
  'a value of proxyMetadata': inConfig((text) => ({ proxyMetadata: { OWN: text } })),
  'a name in proxyMetadata': inConfig((text) => ({ proxyMetadata: { [`OWN${text}`]: 'x' } })),
  'a text of the proxy configuration': inConfig((text) => ({ zipkinAddress: text })),
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
  'the name of a container': { parts: (name) => ({ container: { name } }), refuses: halves },
  'the name of an init container': {
    parts: (name) => ({ spec: { initContainers: [{ name, startupProbe: { tcpSocket: { port: 80 } } }] } }),
    refuses: halves,
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

/** Several of a kind of parts as one. Of two places that need the same field the later one has it. */
function combine(all: readonly Parts[]): Parts {
  const join = <T>(pick: (parts: Parts) => T | undefined): T =>
    Object.assign({}, ...all.map((parts) => pick(parts) ?? {}))
  const json: { [name: string]: JsonObject } = {}
  for (const one of all)
    for (const [name, value] of Object.entries(one.json ?? {})) json[name] = deepJoin(json[name] ?? {}, value)
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

function deepJoin(one: JsonObject, other: JsonObject): JsonObject {
  const pairs = Object.entries(other).map(([key, value]) => {
    const before = Object.hasOwn(one, key) ? one[key] : undefined
    return [key, isObject(before) && isObject(value) ? deepJoin(before, value) : value] as const
  })
  return { ...one, ...Object.fromEntries(pairs) }
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

function look(parts: Parts, snapshot: Snapshot): Injection {
  const request = { snapshot, namespace: parts.namespace ?? 'shop', path: `/inject${parts.path ?? ''}` }
  return run(podOf(parts), request)
}

const harmless = 'harmless'

describe('one text at one place', () => {
  test.each(Object.entries(places).map((entry, index) => [...entry, index] as const))('%s', (name, place, index) => {
    const snapshot = name.includes('tracing') ? (variants['sidecar'] ?? everything) : everything
    const baseline = look(place.parts(harmless), snapshot)
    expect(baseline.decision).toMatchObject({ result: 'injected' })
    // Else this test would prove nothing.
    const lands = place.becomes?.(harmless) ?? harmless
    if (place.ignored === undefined) expect(JSON.stringify(baseline.patch)).toContain(lands)

    const expected = disguise(baseline.pod, harmless, [place])
    // All places take all texts below; here each has its turn with some of them, or with all where it refuses some.
    const texts = Object.entries(hostileTexts).filter((_, at) => place.refuses !== undefined || (at + index) % 3 === 0)
    for (const [kind, text] of texts) {
      const { decision, pod } = look(place.parts(text), snapshot)
      const result = place.refuses?.test(text) === true ? 'denied' : 'injected'
      expect({ kind, ...decision }).toMatchObject({ kind, result })
      if (result === 'denied') expect(decision.reason).toMatch(/^invalid-/)
      else expectSame(kind, expected, disguise(pod, text, [place]))
    }
  })
})

describe('one text at all places', () => {
  test.each(Object.entries(variants))('%s', (_, snapshot) => {
    // Many texts are taken at the same places.
    const baselines = new Map<string, Json>()
    for (const [kind, text] of Object.entries(hostileTexts)) {
      const taken = Object.values(places).filter(({ refuses }) => refuses?.test(text) !== true)
      const where = taken.map((place) => Object.values(places).indexOf(place)).join()
      const lookAll = (one: string) => look(combine(taken.map(({ parts }) => parts(one))), snapshot)
      const baseline = baselines.get(where) ?? disguise(lookAll(harmless).pod, harmless, taken)
      baselines.set(where, baseline)
      const injection = lookAll(text)
      expect({ kind, ...injection.decision }).toMatchObject({ kind, result: 'injected' })
      expectSame(kind, baseline, disguise(injection.pod, text, taken))
    }
    // Texts too short to be found again; some are settings of their own, of places that read a boolean or a name's end.
    const plain = Object.values(places).filter(({ ignored }) => ignored === undefined)
    const [baseline, ...others] = [harmless, ...lookalikes].map((text) =>
      structureOf(look(combine(plain.map(({ parts }) => parts(text))), snapshot).pod),
    )
    for (const [index, other] of others.entries())
      expectSame(JSON.stringify(lookalikes[index]), baseline ?? null, other)
  })
})

/** Annotations of a narrow form refuse nearly all; what they take must not do more than a good value. */
const narrow = annotations.filter(({ name, check, example, inTemplate, target }) => {
  const narrowed = check !== undefined && places[`annotation ${name}`] === undefined && name !== config
  return inTemplate && target === 'Pod' && example !== undefined && narrowed
})

test.each(narrow.map(({ name, example = '' }) => [name, example] as const))(
  'around a good value of %s',
  (name, example) => {
    const baseline = look({ annotations: { [name]: example } }, everything)
    expect(baseline.decision.result).toBe('injected')
    for (const [kind, text] of Object.entries(hostileTexts)) {
      for (const value of [text, `${example}${text}`, `${text}${example}`, `${example},${text}`]) {
        const { decision, pod } = look({ annotations: { [name]: value } }, everything)
        if (decision.result === 'denied') expect(decision.reason).toBe('invalid-annotation')
        else expectSame(kind, structureOf(baseline.pod), structureOf(pod))
      }
    }
  },
)

test('every annotation that a template reads has its place in these tables', () => {
  const tried = new Set([...Object.keys(places), ...narrow.map(({ name }) => `annotation ${name}`)])
  const json = [config, volumes, mounts, datadogEnv]
  const kubectl = (name: string) => name.replace('kubectl.kubernetes.io/', 'kubectl ')
  const read = annotations.filter(({ name, inTemplate }) => inTemplate && !json.includes(name))
  expect(read.filter(({ name }) => !tried.has(`annotation ${kubectl(name)}`)).map(({ name }) => name)).toEqual([])
})

/** A result in which a text, in whatever form it may be written, is another one that stands for it. */
function disguise(result: JsonObject, text: string, from: readonly Place[]): Json {
  const forms = [text, ...from.map(({ becomes }) => becomes?.(text) ?? text)]
  const longestFirst = [...new Set([...forms, ...forms.map((form) => form.toWellFormed())])]
    .filter((form) => form !== '')
    .sort((a, b) => b.length - a.length)
  const replace = (one: string) => longestFirst.reduce((done, form) => done.replaceAll(form, '(text)'), one)
  const walk = (value: Json): Json => {
    if (typeof value === 'string') return replace(value)
    if (Array.isArray(value)) return value.map(walk)
    if (!isObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [replace(key), walk(item)]))
  }
  return walk(opened(result))
}

/** A value in which texts that are JSON documents are those documents. */
function opened(value: Json): Json {
  if (Array.isArray(value)) return value.map(opened)
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, opened(item)]))
  if (typeof value !== 'string' || !/^[[{]/.test(value)) return value
  try {
    return { json: opened(JSON.parse(value)) }
  } catch {
    return value
  }
}
