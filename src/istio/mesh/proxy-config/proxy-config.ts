import { goJson } from '../../../lang/go/json.ts'
import { compareBytes } from '../../../lang/go/utf8.ts'
import { isObject, type Json, type JsonObject, own, type StringMap } from '../../../lang/json.ts'
import type { Path } from '../../../lang/text/path.ts'
import { YamlError } from '../../../lang/yaml/error.ts'
import { readYaml } from '../../../lang/yaml/read.ts'
import type { MeshFault } from '../fault.ts'
import { type FieldType, message } from '../messages.ts'
import { type MessageReading, readMessage } from '../read-message.ts'
import { checkProxyConfig } from './rules.ts'

/** A ProxyConfig, or a layer of one, in memory as messages.ts says; these are the fields that are read outside of templates. */
export interface ProxyConfig extends JsonObject {
  readonly interceptionMode?: string | number
  readonly statusPort?: number
  readonly concurrency?: number
  readonly holdApplicationUntilProxyStarts?: boolean
  readonly proxyMetadata?: StringMap
  readonly image?: { readonly imageType?: string }
}

/** What applies where nobody says anything. interceptionMode is REDIRECT, its zero value. */
export const defaultProxyConfig = {
  configPath: './etc/istio/proxy',
  binaryPath: '/usr/local/bin/envoy',
  serviceCluster: 'istio-proxy',
  drainDuration: '45s',
  discoveryAddress: 'istiod.istio-system.svc:15012',
  proxyAdminPort: 15000,
  controlPlaneAuthPolicy: 'MUTUAL_TLS',
  statNameLength: 189,
  statusPort: 15020,
  terminationDrainDuration: '5s',
} satisfies ProxyConfig

export interface ProxyConfigReading {
  /** What the document sets, and nothing else: a layer. */
  readonly config: ProxyConfig
  readonly faults: readonly MeshFault[]
  /** Ignored fields, at any depth: the path of each, and which known one may be meant. */
  readonly unknown: readonly string[]
}

/** Reads a ProxyConfig from YAML or JSON text, and checks that it is valid on top of the built-in defaults. */
export function readProxyConfigText(text: string): ProxyConfigReading {
  try {
    return readProxyConfig(readYaml(text))
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    const { reason: detail, line, column } = error
    return { config: {}, faults: [{ code: 'not-yaml', path: [], line, column, detail }], unknown: [] }
  }
}

/** As `readProxyConfigText`, from a document that has been parsed; null is an empty one. */
export function readProxyConfig(document: unknown, path: Path = []): ProxyConfigReading {
  const reading = readMessage('ProxyConfig', document, path)
  // What can't be read is left out, and would give a second fault for being missing.
  const broken = reading.faults.length > 0
  const faults = broken ? reading.faults : checkProxyConfig(onDefaults(reading), path)
  return { config: reading.value, faults, unknown: reading.unknown }
}

/** For the check a field that is set to nothing counts as empty, where a layer leaves the default: `configPath: ""` is a fault. */
function onDefaults({ value, zeroed }: MessageReading): ProxyConfig {
  const merged = mergeProxyConfig(defaultProxyConfig, value)
  const kept = Object.entries(merged).filter(([name]) => !zeroed.includes(name))
  return Object.fromEntries(value['serviceCluster'] === '' ? [...kept, ['serviceCluster', '']] : kept)
}

// Headers whose settings each stand for themselves; the other fields of proxyHeaders are replaced with it as a whole.
const mergedHeaders = ['forwardedClientCert', 'requestId', 'server', 'attemptCount', 'envoyDebugHeaders']

/**
 * One layer on top of another: proxyMetadata joins by key, proxyHeaders in part, every other field that the upper one sets
 * replaces the lower one's. What the upper one doesn't set stays; gives `lower` itself when that is all.
 */
export function mergeProxyConfig(lower: ProxyConfig, upper: ProxyConfig): ProxyConfig {
  const names = Object.keys(upper)
  if (names.length === 0) return lower
  const merged = new Map<string, Json>(Object.entries(lower))
  for (const name of names) {
    const value = own(upper, name)
    if (value === undefined || (name === 'serviceCluster' && value === '')) continue
    const below = merged.get(name) ?? null
    merged.set(name, mergers[name]?.(below, value) ?? value)
    const rival = rivals[name]
    if (rival !== undefined) merged.delete(rival)
  }
  return Object.fromEntries(merged)
}

/** One of the two is set: they are two ways to name the cluster of a proxy. */
const rivals: { readonly [name: string]: string | undefined } = {
  serviceCluster: 'tracingServiceName',
  tracingServiceName: 'serviceCluster',
}

const mergers: { readonly [name: string]: ((lower: Json, upper: Json) => Json) | undefined } = {
  proxyMetadata: (lower, upper) => Object.fromEntries(sorted({ ...entriesOf(lower), ...entriesOf(upper) })),
  proxyHeaders: (lower, upper) => {
    const kept = Object.entries(entriesOf(lower)).filter(([name]) => mergedHeaders.includes(name))
    return { ...Object.fromEntries(kept), ...entriesOf(upper) }
  },
}

/** The fields of which layers are joined key by key, at least in part; of all others the upper layer's value counts whole. */
export const mergedByKey: ReadonlySet<string> = new Set(Object.keys(mergers))

function entriesOf(value: Json): JsonObject {
  return isObject(value) ? value : {}
}

function sorted(object: JsonObject): [string, Json][] {
  return Object.entries(object).sort(([a], [b]) => compareBytes(a, b))
}

// Left out when it says no more than the default does, which the proxy knows itself.
const omittedDefaults: ReadonlyMap<string, Json> = new Map(Object.entries(defaultProxyConfig))

/** What templates give the proxy as PROXY_CONFIG: what differs from the built-in defaults, in protobuf's JSON. */
export function proxyConfigJson(config: ProxyConfig): string {
  const said = Object.entries(config).filter(([name, value]) => omittedDefaults.get(name) !== value)
  return messageJson('ProxyConfig', Object.fromEntries(said))
}

/** A message (as messages.ts holds it) in protobuf's JSON: the fields in the order of the proto file, `<`, `>` and `&` escaped as Go does. */
export function messageJson(name: string, value: JsonObject): string {
  return goJson(ordered({ kind: 'message', name }, value))
}

function ordered(type: FieldType, value: Json): unknown {
  if (type.kind === 'list') return Array.isArray(value) ? value.map((item: Json) => ordered(type.of, item)) : value
  if (type.kind === 'map' && isObject(value)) {
    return new Map(sorted(value).map(([key, item]) => [key, ordered(type.of, item)]))
  }
  if (type.kind !== 'message' || !isObject(value)) return value
  const fields = message(type.name).fields.filter(({ json }) => Object.hasOwn(value, json))
  return new Map(fields.map((field) => [field.json, ordered(field.type, own(value, field.json) ?? null)]))
}
