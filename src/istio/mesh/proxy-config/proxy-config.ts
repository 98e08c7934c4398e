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

/** A ProxyConfig or a layer of one, in the form described in messages.ts; these fields are read outside of templates. */
export interface ProxyConfig extends JsonObject {
  readonly interceptionMode?: string | number
  readonly statusPort?: number
  readonly concurrency?: number
  readonly holdApplicationUntilProxyStarts?: boolean
  readonly proxyMetadata?: StringMap
  readonly image?: { readonly imageType?: string }
}

/** The built-in defaults. interceptionMode is REDIRECT, its zero value. */
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
  /** A layer: only what the document sets. */
  readonly config: ProxyConfig
  readonly faults: readonly MeshFault[]
  /** Unknown fields at any depth, which are ignored: the path of each, with the nearest known name if there is one. */
  readonly unknown: readonly string[]
}

/** Reads a ProxyConfig from YAML or JSON, and validates it on top of the built-in defaults. */
export function readProxyConfigText(text: string): ProxyConfigReading {
  try {
    return readProxyConfig(readYaml(text))
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    const { reason: detail, line, column } = error
    return { config: {}, faults: [{ code: 'not-yaml', path: [], line, column, detail }], unknown: [] }
  }
}

/** Like `readProxyConfigText`, from a parsed document; null is an empty one. */
export function readProxyConfig(document: unknown, path: Path = []): ProxyConfigReading {
  const reading = readMessage('ProxyConfig', document, path)
  // A field that can't be read is left out, and would cause a second fault for being missing.
  const broken = reading.faults.length > 0
  const faults = broken ? reading.faults : checkProxyConfig(onDefaults(reading), path)
  return { config: reading.value, faults, unknown: reading.unknown }
}

/** In the validation a field set to its zero value is empty, whereas a layer keeps the default: `configPath: ""` is a fault. */
function onDefaults({ value, zeroed }: MessageReading): ProxyConfig {
  const merged = mergeProxyConfig(defaultProxyConfig, value)
  const kept = Object.entries(merged).filter(([name]) => !zeroed.includes(name))
  return Object.fromEntries(value['serviceCluster'] === '' ? [...kept, ['serviceCluster', '']] : kept)
}

// Headers that are merged one by one; the other fields of proxyHeaders are replaced as a whole.
const mergedHeaders = ['forwardedClientCert', 'requestId', 'server', 'attemptCount', 'envoyDebugHeaders']

/**
 * Merges one layer over another: proxyMetadata is merged by key, proxyHeaders in part, and every other field that `upper` sets
 * replaces that of `lower`. Returns `lower` itself if `upper` sets nothing.
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
    const alternative = alternatives[name]
    if (alternative !== undefined) merged.delete(alternative)
  }
  return Object.fromEntries(merged)
}

/** Only one of the two is set: they are two ways to name the cluster of a proxy. */
const alternatives: { readonly [name: string]: string | undefined } = {
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

/** The fields that are merged key by key, at least in part; all others are replaced as a whole. */
export const mergedByKey: ReadonlySet<string> = new Set(Object.keys(mergers))

function entriesOf(value: Json): JsonObject {
  return isObject(value) ? value : {}
}

function sorted(object: JsonObject): [string, Json][] {
  return Object.entries(object).sort(([a], [b]) => compareBytes(a, b))
}

// Fields with their default value are omitted, since the proxy has the same defaults.
const omittedDefaults: ReadonlyMap<string, Json> = new Map(Object.entries(defaultProxyConfig))

/** The value of PROXY_CONFIG: the fields that differ from the built-in defaults, in protobuf's JSON. */
export function proxyConfigJson(config: ProxyConfig): string {
  const changed = Object.entries(config).filter(([name, value]) => omittedDefaults.get(name) !== value)
  return messageJson('ProxyConfig', Object.fromEntries(changed))
}

/** A message in protobuf's JSON: fields in the order of the proto file, `<`, `>` and `&` escaped as in Go. */
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
