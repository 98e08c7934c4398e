import { isObject, type Json, type JsonObject, lookup, lookupString, type StringMap } from '../../../lang/json.ts'
import { foundOf } from '../../../lang/text/found.ts'
import { describeMeshFault, type MeshFault } from '../fault.ts'
import { readMessage } from '../read-message.ts'
import type { ProxyConfig } from './proxy-config.ts'

/** A ProxyConfig object of the cluster (networking.istio.io/v1beta1): a layer for some pods. */
export interface ProxyConfigResource {
  readonly namespace: string
  readonly name: string
  /** When it was made, in milliseconds since 1970; of an object that doesn't say, before all others. */
  readonly created: number
  /** The labels that a pod must have; undefined without a selector. A selector without labels fits no pod. */
  readonly matchLabels: StringMap | undefined
  readonly layer: ProxyConfig
}

/** The fields of a mesh's ProxyConfig that a resource can set, and how its spec calls them. */
const fields: ReadonlyMap<string | number | undefined, string> = new Map([
  ['concurrency', 'concurrency'],
  ['proxyMetadata', 'environmentVariables'],
  ['image', 'image'],
])

/** What is wrong with a ProxyConfig object; the path leads from its top. */
export type ProxyConfigFault = MeshFault & { readonly namespace: string; readonly name: string }

/** `ProxyConfig shop/web: spec.concurrency: must be a whole number, not the string "x"`. */
export function describeProxyConfigFault(fault: ProxyConfigFault): string {
  return `ProxyConfig ${fault.namespace}/${fault.name}: ${describeMeshFault(fault)}`
}

/** Reads a ProxyConfig object; without a resource when it is none. */
export function readProxyConfigResource(object: JsonObject): {
  readonly resource: ProxyConfigResource | undefined
  readonly faults: readonly ProxyConfigFault[]
} {
  const namespace = lookupString(object, 'metadata', 'namespace')
  const name = lookupString(object, 'metadata', 'name')
  const spec = lookup(object, 'spec') ?? {}
  const selector = lookup(object, 'spec', 'selector') ?? undefined
  const faults: MeshFault[] = []
  const document = [...fields].map(([name, own]): [string, Json] => [String(name), lookup(spec, own) ?? null])
  const { value, faults: wrong } = readMessage('ProxyConfig', isObject(spec) ? Object.fromEntries(document) : spec)
  for (const fault of wrong) {
    const [field, ...rest] = fault.path
    const own = fields.get(field)
    faults.push({ ...fault, path: own === undefined ? ['spec'] : ['spec', own, ...rest] })
  }
  const matchLabels = selector === undefined ? undefined : readLabels(selector, faults)
  const resource = {
    namespace,
    name,
    created: timeOf(lookupString(object, 'metadata', 'creationTimestamp')),
    matchLabels,
    layer: value,
  }
  const named = faults.map((fault) => ({ ...fault, namespace, name }))
  return { resource: faults.length === 0 ? resource : undefined, faults: named }
}

function readLabels(selector: Json, faults: MeshFault[]): StringMap {
  const labels = isObject(selector) ? (lookup(selector, 'matchLabels') ?? {}) : selector
  if (isObject(labels)) {
    const texts = Object.entries(labels).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
    if (texts.length === Object.keys(labels).length) return Object.fromEntries(texts)
  }
  faults.push({ code: 'labels-not-strings', path: ['spec', 'selector', 'matchLabels'], actual: foundOf(labels) })
  return {}
}

function timeOf(timestamp: string): number {
  const time = Date.parse(timestamp)
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time
}
