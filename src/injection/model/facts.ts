import {
  type ProxyConfigFault,
  type ProxyConfigResource,
  readProxyConfigResource,
} from '../../istio/mesh/proxy-config/resource.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString, type StringMap } from '../../lang/json.ts'

/** The cluster state, as plain immutable data: a change in the cluster leads to a new object. */
export interface ClusterFacts {
  readonly namespaces: ReadonlyMap<string, NamespaceFacts>
  /** The minor version of each node's kubelet by node name; undefined if it can't be parsed. */
  readonly nodes: ReadonlyMap<string, number | undefined>
  readonly proxyConfigs: readonly ProxyConfigResource[]
}

export interface NamespaceFacts {
  readonly labels: StringMap
  readonly annotations: StringMap
}

/** No cluster state: no cluster, or not synced yet. */
export const noFacts: ClusterFacts = { namespaces: new Map(), nodes: new Map(), proxyConfigs: [] }

/** Kubernetes objects from an API server or a file. */
export interface ClusterObjects {
  readonly namespaces?: readonly JsonObject[]
  readonly nodes?: readonly JsonObject[]
  readonly proxyConfigs?: readonly JsonObject[]
}

/** Reads facts from objects. A faulty ProxyConfig is reported and left out. */
export function readFacts(objects: ClusterObjects): {
  readonly facts: ClusterFacts
  readonly faults: readonly ProxyConfigFault[]
} {
  const faults: ProxyConfigFault[] = []
  const proxyConfigs: ProxyConfigResource[] = []
  for (const object of objects.proxyConfigs ?? []) {
    const read = readProxyConfigResource(object)
    faults.push(...read.faults)
    if (read.resource !== undefined) proxyConfigs.push(read.resource)
  }
  const namespaces = (objects.namespaces ?? []).map((object) => [nameOf(object), namespaceFacts(object)] as const)
  const nodes = (objects.nodes ?? []).map((object) => [nameOf(object), kubeletMinor(object)] as const)
  return { facts: { namespaces: new Map(namespaces), nodes: new Map(nodes), proxyConfigs }, faults }
}

export function namespaceFacts(namespace: JsonObject): NamespaceFacts {
  return { labels: pairs(namespace, 'labels'), annotations: pairs(namespace, 'annotations') }
}

function nameOf(object: JsonObject): string {
  return lookupString(object, 'metadata', 'name')
}

function pairs(object: JsonObject, field: 'labels' | 'annotations'): StringMap {
  const map: Json = lookup(object, 'metadata', field) ?? {}
  if (!isObject(map)) return {}
  return Object.fromEntries(Object.entries(map).filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
}

/** The minor version of a Node's kubelet: `v1.33.2` or `v1.33.0-eks-1234` is 33. */
export function kubeletMinor(node: JsonObject): number | undefined {
  const version = lookupString(node, 'status', 'nodeInfo', 'kubeletVersion')
  const match = /^v?1\.(\d+)/.exec(version)
  return match === null ? undefined : Number(match[1])
}
