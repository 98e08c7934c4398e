import { isObject, type Json, type JsonObject, lookupString, own } from '../../lang/json.ts'
import type { MeshFault } from './fault.ts'
import { defaultProxyConfig, mergeProxyConfig, type ProxyConfig, readProxyConfig } from './proxy-config/proxy-config.ts'
import { readMessage } from './read-message.ts'

/** A MeshConfig in the form described in messages.ts; these fields are read outside of templates. */
export interface MeshConfig extends JsonObject {
  /** Complete: it includes the built-in defaults. */
  readonly defaultConfig: ProxyConfig & { readonly statusPort: number }
  readonly rootNamespace: string
  readonly enablePrometheusMerge: boolean
  readonly trustDomain: string
  readonly proxyListenPort?: number
  readonly proxyInboundListenPort?: number
  readonly inboundTrafficPolicy?: { readonly mode?: string | number }
  readonly extensionProviders?: readonly JsonObject[]
  readonly discoverySelectors?: readonly JsonObject[]
}

/** The built-in defaults. */
export const defaultMeshConfig: MeshConfig = {
  proxyListenPort: 15001,
  proxyInboundListenPort: 15006,
  defaultConfig: defaultProxyConfig,
  outboundTrafficPolicy: { mode: 'ALLOW_ANY' },
  inboundTrafficPolicy: {},
  trustDomain: 'cluster.local',
  rootNamespace: 'istio-system',
  enablePrometheusMerge: true,
}

export interface MeshConfigReading {
  readonly mesh: MeshConfig
  readonly faults: readonly MeshFault[]
  /** Unknown fields at any depth, which are ignored: the path of each, with the nearest known name if there is one. */
  readonly unknown: readonly string[]
}

/**
 * Reads a MeshConfig document on top of another MeshConfig, by default the built-in one: its fields replace those below as a
 * whole, except defaultConfig, which is merged and validated as a ProxyConfig, and a few lists (`mergers`). Returns all faults.
 */
export function readMeshConfig(document: unknown, below: MeshConfig = defaultMeshConfig): MeshConfigReading {
  const split = isObject(document)
    ? splitDefaultConfig(document)
    : { rest: document, name: 'defaultConfig', defaultConfig: null }
  const reading = readMessage('MeshConfig', split.rest)
  const proxy = readProxyConfig(split.defaultConfig, [split.name])
  const kept = Object.entries(below).filter(([name]) => !reading.zeroed.includes(name) || Object.hasOwn(mergers, name))
  const upper = Object.entries(reading.value).map(([name, value]) => {
    const lower = own(below, name)
    return [name, lower === undefined ? value : (mergers[name]?.(lower, value) ?? value)] as const
  })
  const merged: JsonObject = Object.fromEntries([...kept, ...upper])
  const config = mergeProxyConfig(below.defaultConfig, proxy.config)
  const mesh: MeshConfig = {
    ...merged,
    defaultConfig: { ...config, statusPort: config.statusPort ?? defaultProxyConfig.statusPort },
    rootNamespace: textOf(merged, 'rootNamespace'),
    trustDomain: textOf(merged, 'trustDomain'),
    enablePrometheusMerge: merged['enablePrometheusMerge'] !== false,
  }
  const nameless: readonly MeshFault[] = mesh.trustDomain === '' ? [{ code: 'empty', path: ['trustDomain'] }] : []
  const faults = [...reading.faults, ...proxy.faults, ...nameless]
  return { mesh, faults, unknown: [...reading.unknown, ...proxy.unknown] }
}

/**
 * The fields of a mesh that are merged with those of the mesh below.
 * https://pkg.go.dev/istio.io/istio/pkg/config/mesh#ApplyMeshConfig
 */
const mergers: { readonly [name: string]: ((lower: Json, upper: Json) => Json) | undefined } = {
  // Each by its name; new ones follow.
  extensionProviders: (lower, upper) => {
    const named = (list: Json) => itemsOf(list).map((item) => [lookupString(item, 'name'), item] as const)
    return [...new Map([...named(lower), ...named(upper)]).values()]
  },
  trustDomainAliases: (lower, upper) => [...new Set([...itemsOf(lower), ...itemsOf(upper)].map(String))].sort(),
  defaultProviders: (lower, upper) => ({ ...(isObject(lower) && lower), ...(isObject(upper) && upper) }),
}

function itemsOf(list: Json): readonly Json[] {
  return Array.isArray(list) ? list : []
}

/** Separates `defaultConfig`, under either of its names: it has rules of its own. */
function splitDefaultConfig(document: JsonObject) {
  const name = Object.hasOwn(document, 'defaultConfig') ? 'defaultConfig' : 'default_config'
  const rest = Object.fromEntries(
    Object.entries(document).filter(([key]) => key !== 'defaultConfig' && key !== 'default_config'),
  )
  return { rest, name, defaultConfig: own(document, name) ?? null }
}

function textOf(object: JsonObject, name: string): string {
  const value: Json | undefined = own(object, name)
  return typeof value === 'string' ? value : ''
}
