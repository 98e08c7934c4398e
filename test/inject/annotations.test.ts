import { describe, expect, test } from 'vitest'
import { annotations } from '../../src/annotations/registry.ts'
import type { Injection } from '../../src/inject.ts'
import { isObject, type Json, type JsonObject, type StringMap } from '../../src/json.ts'
import type { Pod } from '../../src/pod/types.ts'
import { hostileTexts, lookalikes } from './hostile.ts'
import { run, snapshotOf, structureOf } from './support.ts'

/*
 * No text that a pod, its owner or the webhook's path brings can become anything but that text: not a container, a mount,
 * a field, a line of YAML. Each text goes to each place where one is taken, with each default template, and the result
 * must have the structure that it has with a harmless text, and be equal to it but for that text; or the pod is denied.
 */

const otel = { extensionProviders: [{ name: 'otel', opentelemetry: otelProvider() }] }

function otelProvider(): JsonObject {
  return { service: 'otel', port: 4317, serviceAttributeEnrichment: 'OTEL_SEMANTIC_CONVENTIONS' }
}

const datadog = 'global.proxy.tracer=datadog'
const multus = ['pilot.cni.enabled=true', 'pilot.cni.provider=multus', 'global.proxy.tracer=lightstep']
const tproxy = { ...otel, defaultConfig: { interceptionMode: 'TPROXY' } }

const variants = {
  sidecar: snapshotOf({ mesh: otel, set: [datadog] }),
  'native sidecar': snapshotOf({ mesh: otel, set: [datadog], nativeSidecars: 'enabled' }),
  'sidecar with CNI': snapshotOf({ mesh: otel, set: multus }),
  'native sidecar with CNI and TPROXY': snapshotOf({ mesh: tproxy, set: multus, nativeSidecars: 'enabled' }),
  'sidecar with TPROXY': snapshotOf({ mesh: tproxy, set: [datadog, 'global.mountMtlsCerts=true'] }),
  gateway: snapshotOf({ config: { defaultTemplates: ['gateway'] }, set: ['global.mountMtlsCerts=true'] }),
  'grpc-agent': snapshotOf({ config: { defaultTemplates: ['grpc-agent'] } }),
  'grpc-simple': snapshotOf({ config: { defaultTemplates: ['grpc-simple'] } }),
}

/** Where a text is taken: the pod (and the request around it) that has it there. */
interface Place {
  readonly pod: (text: string) => Pod
  readonly namespace?: (text: string) => string
  readonly path?: (text: string) => string
  /** What a text may become on its way to a field, beside staying as it is. */
  readonly becomes?: (text: string) => readonly string[]
}

interface Parts {
  readonly annotations?: StringMap
  readonly labels?: StringMap
  readonly metadata?: JsonObject
  readonly spec?: JsonObject
  readonly container?: JsonObject
}

function podOf({ annotations = {}, labels = {}, metadata = {}, spec = {}, container = {} }: Parts): Pod {
  return {
    metadata: {
      generateName: 'web-5d4f-',
      labels: { app: 'web', ...labels },
      annotations,
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: '1', controller: true }],
      ...metadata,
    },
    spec: {
      containers: [
        {
          name: 'app',
          image: 'example.com/app:1',
          ports: [{ name: 'http', containerPort: 8080 }],
          readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
          ...container,
        },
      ],
      volumes: [{ name: 'data', emptyDir: {} }],
      ...spec,
    },
  }
}

const readByTemplates = annotations.filter(({ inTemplate }) => inTemplate)
const json = ['sidecar.istio.io/userVolume', 'sidecar.istio.io/userVolumeMount', 'apm.datadoghq.com/env']

function ofAnnotation(name: string, valueOf = (text: string) => text): Place {
  return { pod: (text) => podOf({ annotations: { [name]: valueOf(text) } }) }
}

function ofLabel(name: string, becomes?: Place['becomes']): Place {
  const pod = (text: string) => podOf({ labels: { [name]: text } })
  return becomes === undefined ? { pod } : { pod, becomes }
}

function ofProxyConfig(configOf: (text: string) => JsonObject): Place {
  return ofAnnotation('proxy.istio.io/config', (text) => JSON.stringify(configOf(text)))
}

function ofOwner(change: (text: string) => JsonObject, becomes?: Place['becomes']): Place {
  const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: '1', controller: true }
  const pod = (text: string) =>
    podOf({ labels: { app: '' }, metadata: { ownerReferences: [{ ...owner, ...change(text) }] } })
  return { pod, becomes: (text) => [...canonical(text), ...(becomes?.(text) ?? [])] }
}

/** A canonical name is cut to the length of a label, and trimmed. */
function canonical(text: string): readonly string[] {
  const cut = [...text].slice(0, 63).join('')
  return [cut.replace(/^[-_.]+|[-_.]+$/g, '')]
}

const path = (text: string) => encodeURIComponent(text.toWellFormed()).replace(/%2F/g, '--slash--')
const slashes = (text: string) => [text.replaceAll('--slash--', '/')]

const places: Readonly<Record<string, Place>> = {
  ...Object.fromEntries(
    readByTemplates
      .filter(({ name, example }) => !json.includes(name) && example === undefined)
      .map(({ name }) => [`annotation ${name}`, ofAnnotation(name)]),
  ),
  'annotation sidecar.istio.io/proxyImage': ofAnnotation(
    'sidecar.istio.io/proxyImage',
    (text) => `example.com/${text}`,
  ),
  'annotation sidecar.istio.io/proxyImageType': ofAnnotation('sidecar.istio.io/proxyImageType'),
  'annotation sidecar.istio.io/logLevel': ofAnnotation('sidecar.istio.io/logLevel'),
  'annotation sidecar.istio.io/componentLogLevel': ofAnnotation('sidecar.istio.io/componentLogLevel'),
  'annotation sidecar.istio.io/agentLogLevel': ofAnnotation('sidecar.istio.io/agentLogLevel'),
  'annotation sidecar.istio.io/bootstrapOverride': ofAnnotation('sidecar.istio.io/bootstrapOverride'),
  'annotation resource.opentelemetry.io/service.version': ofAnnotation('resource.opentelemetry.io/service.version'),
  'annotation k8s.v1.cni.cncf.io/networks': ofAnnotation('k8s.v1.cni.cncf.io/networks'),
  'annotation k8s.v1.cni.cncf.io/networks, JSON': ofAnnotation('k8s.v1.cni.cncf.io/networks', (text) =>
    JSON.stringify([{ name: text }]),
  ),
  'annotation prometheus.io/path': ofAnnotation('prometheus.io/path'),
  'annotation prometheus.io/scrape': ofAnnotation('prometheus.io/scrape'),
  'an unknown annotation': ofAnnotation('example.com/unknown'),
  'the name of a volume of a user': ofAnnotation('sidecar.istio.io/userVolume', (text) =>
    JSON.stringify({ [text]: {} }),
  ),
  'a name within a volume of a user': ofAnnotation('sidecar.istio.io/userVolume', (text) =>
    JSON.stringify({ own: { name: text, configMap: { name: text } } }),
  ),
  'the name of a mount of a user': ofAnnotation('sidecar.istio.io/userVolumeMount', (text) =>
    JSON.stringify({ [text]: { mountPath: '/own' } }),
  ),
  'the path of a mount of a user': ofAnnotation('sidecar.istio.io/userVolumeMount', (text) =>
    JSON.stringify([{ name: 'own', mountPath: `/own${text}`, subPath: text }]),
  ),
  'a name in apm.datadoghq.com/env': ofAnnotation('apm.datadoghq.com/env', (text) =>
    JSON.stringify({ [`DD${text}`]: 'x' }),
  ),
  'a value in apm.datadoghq.com/env': ofAnnotation('apm.datadoghq.com/env', (text) => JSON.stringify({ DD: text })),
  'a value of proxyMetadata': ofProxyConfig((text) => ({ proxyMetadata: { OWN: text } })),
  'a name in proxyMetadata': ofProxyConfig((text) => ({ proxyMetadata: { [`OWN${text}`]: 'x' } })),
  'a text of the proxy configuration': ofProxyConfig((text) => ({ zipkinAddress: `zipkin${text}` })),
  'the image type of the proxy configuration': ofProxyConfig((text) => ({ image: { imageType: text } })),
  'the certificates of tracing': ofProxyConfig((text) => ({
    tracing: { tlsSettings: { mode: 'SIMPLE', caCertificates: `/certs${text}/ca.pem` } },
  })),
  'label service.istio.io/canonical-name': ofLabel('service.istio.io/canonical-name', canonical),
  'label app.kubernetes.io/name': ofLabel('app.kubernetes.io/name', canonical),
  'label app': ofLabel('app', canonical),
  'label service.istio.io/canonical-revision': ofLabel('service.istio.io/canonical-revision'),
  'label app.kubernetes.io/version': ofLabel('app.kubernetes.io/version'),
  'label version': ofLabel('version'),
  'label security.istio.io/tlsMode': ofLabel('security.istio.io/tlsMode'),
  'label networking.istio.io/tunnel': ofLabel('networking.istio.io/tunnel'),
  'label service.istio.io/workload-name': ofLabel('service.istio.io/workload-name'),
  'label topology.istio.io/network': ofLabel('topology.istio.io/network'),
  'the name of an unknown label': { pod: (text) => podOf({ labels: { [`x${text}`]: 'x' } }) },
  'the name of an unknown annotation': { pod: (text) => podOf({ annotations: { [`x${text}`]: 'x' } }) },
  'the name of a container': { pod: (text) => podOf({ container: { name: text } }) },
  'the name of an init container': {
    pod: (text) => podOf({ spec: { initContainers: [{ name: text, startupProbe: { tcpSocket: { port: 80 } } }] } }),
  },
  'the name of a port': {
    pod: (text) => podOf({ container: { ports: [{ name: text, containerPort: 80 }], readinessProbe: null } }),
  },
  'the path of a probe': {
    pod: (text) => podOf({ container: { readinessProbe: { httpGet: { port: 80, path: text } } } }),
  },
  'an image': { pod: (text) => podOf({ container: { image: `example.com/app:${text}` } }) },
  'the service account': { pod: (text) => podOf({ spec: { serviceAccountName: text } }) },
  'the namespace of the pod': { pod: (text) => podOf({ metadata: { namespace: text } }) },
  'the namespace of the request': { pod: () => podOf({}), namespace: (text) => text },
  'the name of the pod': {
    pod: (text) => podOf({ labels: { app: '' }, metadata: { name: text, ownerReferences: null } }),
    becomes: canonical,
  },
  'the name of the owner': ofOwner((name) => ({ name })),
  'the kind of the owner': ofOwner(
    (kind) => ({ kind }),
    (text) => [text.toLowerCase()],
  ),
  'the version of the owner': ofOwner((apiVersion) => ({ apiVersion })),
  'the cluster of the path': {
    pod: () => podOf({}),
    path: (text) => `/inject/cluster/${path(text)}`,
    becomes: slashes,
  },
  'a value of the path': { pod: () => podOf({}), path: (text) => `/inject/own/${path(text)}/net/n1`, becomes: slashes },
  'a key of the path': {
    pod: () => podOf({}),
    path: (text) => `/inject/own${path(text.replaceAll('/', ''))}/x`,
    becomes: (text) => [text.replaceAll('/', '').toUpperCase()],
  },
}

const harmless = 'harmless'

describe.each(Object.entries(variants))('%s', (_, snapshot) => {
  test.each(Object.entries(places))('%s', (_, place) => {
    const look = (text: string) => {
      const namespace = place.namespace?.(text) ?? 'shop'
      return run(place.pod(text), { snapshot, namespace, path: place.path?.(text) ?? '/inject' })
    }
    const baseline = look(harmless)
    expect(baseline.decision.result).toBe('injected')
    const problems: string[] = []
    for (const [name, text] of Object.entries(hostileTexts)) {
      const problem = compare(
        baseline,
        attempt(() => look(text)),
        (result) => disguise(result, text, place),
      )
      if (problem !== undefined) problems.push(`${name}: ${problem}`)
    }
    for (const text of lookalikes) {
      const problem = compare(
        baseline,
        attempt(() => look(text)),
      )
      // An empty or false-looking text may well be a setting of its own; it must not be of another type.
      if (problem !== undefined) problems.push(`${JSON.stringify(text)}: ${problem}`)
    }
    if (problems.length > 0) throw new Error(problems.join('\n'))
  })
})

function attempt(look: () => Injection): Injection | Error {
  try {
    return look()
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** What is wrong with an injection, compared with that of a harmless text. */
function compare(
  baseline: Injection,
  injection: Injection | Error,
  disguised?: (result: JsonObject) => Json,
): string | undefined {
  if (injection instanceof Error) return `an exception: ${injection.message.slice(0, 300)}`
  const { result, reason } = injection.decision
  if (result === 'denied') { console.log('DENIED ' + injection.decision.message.slice(0, 200)); return undefined }
  if (result !== 'injected') return `${result}: ${reason}`
  if (disguised !== undefined) return firstDifference(opened(baseline.pod), disguised(injection.pod))
  return firstDifference(structureOf(baseline.pod) as Json, structureOf(injection.pod) as Json)
}

/** A result with the harmless text where the hostile one stands, in whatever form it may be written. */
function disguise(result: JsonObject, text: string, { becomes }: Place): Json {
  const forms = [text, text.toWellFormed(), ...(becomes?.(text) ?? [])]
  const longestFirst = [...new Set([...forms, ...forms.map((form) => form.toWellFormed())])].sort(
    (a, b) => b.length - a.length,
  )
  const replace = (one: string) =>
    longestFirst.reduce((done, form) => (form === '' ? done : done.replaceAll(form, harmless)), one)
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

function firstDifference(expected: Json | undefined, actual: Json | undefined, path = ''): string | undefined {
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    for (const [index, item] of expected.entries()) {
      const found = firstDifference(item, actual[index], `${path}[${index}]`)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (isObject(expected) && isObject(actual)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      const [one, other] = [expected, actual].map((object) => (Object.hasOwn(object, key) ? object[key] : undefined))
      const found = firstDifference(one, other, `${path}.${key.slice(0, 80)}`)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (expected === actual) return undefined
  const shown = [expected, actual].map((one) => (JSON.stringify(one) ?? 'nothing').slice(0, 200))
  return `${path}: ${shown[0]} expected, ${shown[1]} found`
}

