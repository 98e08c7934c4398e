import { type Discovery, isDiscovered } from '../config/discovery.ts'
import {
  type ClusterFacts,
  kubeletMinor,
  type NamespaceFacts,
  namespaceFacts,
  noFacts,
} from '../injection/model/facts.ts'
import {
  describeProxyConfigFault,
  type ProxyConfigResource,
  readProxyConfigResource,
} from '../istio/mesh/proxy-config/resource.ts'
import type { JsonObject, StringMap } from '../lang/json.ts'
import { own } from '../lang/json.ts'
import type { KubeClient } from './client.ts'
import { type Health, reflectWatched } from './health.ts'
import { type Kind, kinds } from './kinds.ts'
import type { Reflector, ReflectorChange } from './reflector.ts'

/** The parts of the cluster state that the configuration depends on. */
export interface FactsWanted extends Discovery {
  /** Nodes, of which large clusters have many, are only needed if native sidecars are `auto`. */
  readonly nativeSidecars: string
}

export interface FactsOptions {
  readonly client: KubeClient
  readonly wanted: FactsWanted
  readonly health: Health
  /** Called once for each fault of a ProxyConfig, which is then ignored. */
  readonly onFault: (fault: string) => void
}

/** The watched state of a cluster. */
export interface FollowedFacts {
  /** The current state, immutable; the same object until something changes. */
  facts(): ClusterFacts
  /** The kinds that aren't synced yet. */
  unsynced(): readonly string[]
  whenSynced(): Promise<void>
  /** Applies another configuration. */
  want(wanted: FactsWanted): void
  close(): Promise<void>
}

/** Watches namespaces, ProxyConfigs and, if needed, nodes. */
export function followFacts({ client, wanted: first, health, onFault }: FactsOptions): FollowedFacts {
  let wanted = first
  let built = noFacts
  let stale = new Set<keyof ClusterFacts>(factKeys)
  const report = tellOnce(onFault)

  const follow = <T>(
    kind: Kind,
    keep: (object: JsonObject) => T,
    onChange: (change: ReflectorChange<T>) => void,
  ): Reflector<T> => reflectWatched<T>({ client, kind, keep, onChange }, health)

  const namespaces = follow(kinds.namespace, neededOfNamespace, ({ objects }) => {
    if (![...objects].some(([name, now]) => !sameNamespace(now, built.namespaces.get(name)))) return
    stale.add('namespaces')
    if (wanted.discoverySelectors.length > 0) stale.add('proxyConfigs')
  })
  const proxyConfigs = follow(kinds.proxyConfig, readProxyConfigResource, ({ objects }) => {
    stale.add('proxyConfigs')
    for (const [name, now] of objects) report(name, (now?.faults ?? []).map(describeProxyConfigFault))
  })
  const followNodes = () =>
    follow(kinds.node, minorOf, ({ objects }) => {
      // Nodes report their status every few seconds, but their version rarely changes.
      if ([...objects].some(([name, now]) => now !== minorIn(built.nodes, name))) stale.add('nodes')
    })
  let nodes = wanted.nativeSidecars === 'auto' ? followNodes() : undefined

  const build: { readonly [K in keyof ClusterFacts]: () => ClusterFacts[K] } = {
    namespaces: () =>
      new Map([...namespaces.objects].filter(([name, { labels }]) => isDiscovered(name, labels, wanted))),
    nodes: () => {
      if (nodes === undefined) return noFacts.nodes
      // Without nodes every kubelet counts as recent; before they are synced, none should.
      if (!nodes.synced()) return unknownNodes
      return new Map([...nodes.objects].map(([name, minor]) => [name, minor === unreadable ? undefined : minor]))
    },
    proxyConfigs: () => [...proxyConfigs.objects.values()].flatMap(({ resource }) => ifDiscovered(resource)),
  }

  function ifDiscovered(resource: ProxyConfigResource | undefined): readonly ProxyConfigResource[] {
    if (resource === undefined) return []
    const labels = namespaces.objects.get(resource.namespace)?.labels ?? {}
    return isDiscovered(resource.namespace, labels, wanted) ? [resource] : []
  }

  const all = () => [
    [kinds.namespace.kind, namespaces] as const,
    [kinds.proxyConfig.kind, proxyConfigs] as const,
    ...(nodes === undefined ? [] : [[kinds.node.kind, nodes] as const]),
  ]

  return {
    facts() {
      if (stale.size > 0) {
        const what = stale
        stale = new Set()
        built = {
          namespaces: what.has('namespaces') ? build.namespaces() : built.namespaces,
          nodes: what.has('nodes') ? build.nodes() : built.nodes,
          proxyConfigs: what.has('proxyConfigs') ? build.proxyConfigs() : built.proxyConfigs,
        }
        // An empty cluster causes no change event.
        if (built.nodes === unknownNodes) stale.add('nodes')
      }
      return built
    },
    unsynced: () => all().flatMap(([kind, reflector]) => (reflector.synced() ? [] : [kind])),
    async whenSynced() {
      await Promise.all(all().map(([, reflector]) => reflector.whenSynced()))
    },
    want(next) {
      const before = wanted
      wanted = next
      if (!sameDiscovery(before, next)) stale.add('namespaces').add('proxyConfigs')
      const needed = next.nativeSidecars === 'auto'
      if (needed === (nodes !== undefined)) return
      void nodes?.close()
      nodes = needed ? followNodes() : undefined
      stale.add('nodes')
    },
    async close() {
      await Promise.all(all().map(([, reflector]) => reflector.close()))
    },
  }
}

const factKeys = ['namespaces', 'nodes', 'proxyConfigs'] as const satisfies readonly (keyof ClusterFacts)[]

/** A kubelet with an invalid version. */
const unreadable = null

const unknownNodes: ReadonlyMap<string, number | undefined> = new Map([['', undefined]])

function minorOf(node: JsonObject): number | typeof unreadable {
  return kubeletMinor(node) ?? unreadable
}

function minorIn(nodes: ClusterFacts['nodes'], name: string): number | typeof unreadable | undefined {
  return nodes.has(name) ? (nodes.get(name) ?? unreadable) : undefined
}

// The UID ranges for the proxy on OpenShift; no other annotation of a namespace is used.
const namespaceAnnotations = ['openshift.io/sa.scc.uid-range', 'openshift.io/sa.scc.supplemental-groups']

function neededOfNamespace(namespace: JsonObject): NamespaceFacts {
  const { labels, annotations } = namespaceFacts(namespace)
  const kept = namespaceAnnotations.flatMap((name) => {
    const value = own(annotations, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return { labels, annotations: Object.fromEntries(kept) }
}

function sameNamespace(a: NamespaceFacts | undefined, b: NamespaceFacts | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return sameTexts(a.labels, b.labels) && sameTexts(a.annotations, b.annotations)
}

function sameTexts(a: StringMap, b: StringMap): boolean {
  const entries = Object.entries(a)
  return entries.length === Object.keys(b).length && entries.every(([key, value]) => own(b, key) === value)
}

function sameDiscovery(a: Discovery, b: Discovery): boolean {
  return (
    a.mesh.rootNamespace === b.mesh.rootNamespace &&
    JSON.stringify(a.discoverySelectors) === JSON.stringify(b.discoverySelectors)
  )
}

/** Reports the faults of objects that are read repeatedly, each once in a row. */
function tellOnce(onFault: (fault: string) => void): (name: string, faults: readonly string[]) => void {
  const reported = new Map<string, readonly string[]>()
  return (name, faults) => {
    for (const fault of faults) if (!reported.get(name)?.includes(fault)) onFault(fault)
    if (faults.length > 0) reported.set(name, faults)
    else reported.delete(name)
  }
}
