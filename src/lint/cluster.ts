import { type ClusterFacts, readFacts } from '../injection/model/facts.ts'
import type { Snapshot } from '../injection/model/snapshot.ts'
import { nativeProxy } from '../injection/prepare/native-sidecars.ts'
import { readConfigurations, type WebhookConfiguration } from '../istio/revisions/configuration.ts'
import { type AnalyzedObject, controllerOf, readObject } from '../kubernetes/objects.ts'
import { makersOf } from '../kubernetes/workloads/kinds.ts'
import { podPlaces } from '../kubernetes/workloads/places.ts'
import { type JsonObject, lookupString, own, type StringMap } from '../lang/json.ts'
import { groupBy } from './group.ts'
import { type Callers, callersOf, injectionOf, namespaceIsInjected } from './injection.ts'
import type { Listener } from './listeners.ts'
import { createSelection, readService, readServiceEntry, type Service, type ServiceEntry } from './services.ts'
import { isRunning, readPod, type Workload } from './workload.ts'

/** The objects of a cluster, or manifests that stand for one, read and indexed once for all rules. */
export interface AnalyzedCluster {
  readonly objects: readonly AnalyzedObject[]
  readonly namespaces: ReadonlyMap<string, AnalyzedNamespace>
  /** Whatever makes pods and is not itself made by another of the objects: of replicas, one. */
  readonly workloads: readonly Workload[]
  readonly workloadsIn: (namespace: string) => readonly Workload[]
  /** The Pods that run, whoever made them. */
  readonly runningPods: readonly Workload[]
  readonly services: readonly Service[]
  readonly serviceEntries: readonly ServiceEntry[]
  /** In the order of their names. */
  readonly configurations: readonly AnalyzedConfiguration[]
  readonly callers: Callers
  readonly facts: ClusterFacts
  readonly listeners: readonly Listener[]
  /** The minor version of the API server, where that is known. */
  readonly kubernetesMinor: number | undefined
  /** The workloads whose pods a Service selects. */
  readonly selectedBy: (service: Service) => readonly Workload[]
  /** Whether the proxy of a workload's pods is an init container that keeps running. */
  readonly hasNativeSidecar: (workload: Workload) => boolean
}

export interface AnalyzedNamespace {
  readonly object: AnalyzedObject
  readonly name: string
  readonly labels: StringMap
  readonly annotations: StringMap
  /** Whether pods without labels are injected there. */
  readonly isInjected: boolean
}

export interface AnalyzedConfiguration {
  readonly object: AnalyzedObject
  readonly configuration: WebhookConfiguration
}

export interface ClusterOptions {
  /** The namespace of objects that name none; by default `default`. */
  readonly namespace?: string
  readonly listeners?: readonly Listener[]
  readonly kubernetesMinor?: number | undefined
}

/** Reads the objects that stand for a cluster. Never throws: what makes no sense in an object is as if it weren't there. */
export function readCluster(
  jsons: readonly JsonObject[],
  snapshot: Snapshot,
  { namespace = 'default', listeners = [], kubernetesMinor }: ClusterOptions = {},
): AnalyzedCluster {
  const objects = jsons.map((json) => readObject(json, namespace))
  const ofKind = (kind: string, group: string) =>
    objects.filter((object) => object.kind === kind && object.group === group)
  const configurations = ofKind('MutatingWebhookConfiguration', 'admissionregistration.k8s.io')
    .flatMap((object) => readConfigurations([object.json]).map((configuration) => ({ object, configuration })))
    .toSorted((one, other) => (one.object.name < other.object.name ? -1 : 1))
  const callers = callersOf(
    configurations.map(({ configuration }) => configuration),
    snapshot,
  )
  const namespaces = new Map(
    ofKind('Namespace', '').map((object) => [object.name, readNamespace(object, callers)] as const),
  )
  const facts = readFacts({
    nodes: ofKind('Node', '').map(({ json }) => json),
    namespaces: ofKind('Namespace', '').map(({ json }) => json),
    proxyConfigs: ofKind('ProxyConfig', 'networking.istio.io').map(({ json }) => json),
  }).facts
  const all = objects.flatMap((object) => readWorkload(object, namespaces, callers, snapshot))
  const workloads = withoutOwned(all)
  const byNamespace = groupBy(workloads, ({ object }) => object.namespace)
  return {
    objects,
    namespaces,
    workloads,
    workloadsIn: (name) => byNamespace.get(name) ?? [],
    runningPods: all.filter(isRunning),
    services: ofKind('Service', '').map(readService),
    serviceEntries: ofKind('ServiceEntry', 'networking.istio.io').map(readServiceEntry),
    configurations,
    callers,
    facts,
    listeners,
    kubernetesMinor,
    selectedBy: createSelection(workloads),
    hasNativeSidecar: ({ annotations, spec }) => {
      const nodeName = lookupString(spec, 'nodeName')
      return nativeProxy.value({ pod: { metadata: { annotations }, spec: { nodeName } }, snapshot, facts })
    },
  }
}

function readNamespace(object: AnalyzedObject, callers: Callers): AnalyzedNamespace {
  const { name, labels, annotations } = object
  return { object, name, labels, annotations, isInjected: namespaceIsInjected(name, labels, callers) }
}

function readWorkload(
  object: AnalyzedObject,
  namespaces: ReadonlyMap<string, AnalyzedNamespace>,
  callers: Callers,
  snapshot: Snapshot,
): readonly Workload[] {
  return podPlaces(object.json).map((place) => {
    const pod = readPod(object, place)
    const identity = {
      namespace: object.namespace,
      labels: pod.labels,
      annotations: pod.annotations,
      hostNetwork: own(pod.spec, 'hostNetwork') === true,
    }
    const labels = namespaces.get(object.namespace)?.labels
    return { ...pod, injection: injectionOf(identity, labels, callers, snapshot) }
  })
}

/** Without what a controller made: where its maker isn't among the objects, the first that it made stands for all. */
function withoutOwned(workloads: readonly Workload[]): readonly Workload[] {
  const known = new Set(workloads.map(({ object }) => keyOf(object.kind, object.namespace, object.name)))
  const seen = new Set<string>()
  return workloads.filter(({ object }) => {
    const owner = ownerOf(object)
    if (owner === undefined) return true
    if (owner.keys.some((key) => known.has(key))) return false
    const first = !seen.has(owner.keys[0])
    seen.add(owner.keys[0])
    return first
  })
}

/** The controller of an object, and its controller in turn: Kubernetes names a ReplicaSet after its Deployment and a hash. */
function ownerOf({ json, namespace }: AnalyzedObject): { readonly keys: readonly [string, ...string[]] } | undefined {
  const owner = controllerOf(json)
  if (owner === undefined) return undefined
  const { kind, name } = owner
  const above = name.slice(0, Math.max(name.lastIndexOf('-'), 0))
  const more = makersOf(kind).map((one) => keyOf(one.kind, namespace, above))
  return { keys: [keyOf(kind, namespace, name), ...more] }
}

function keyOf(kind: string, namespace: string, name: string): string {
  return JSON.stringify([kind, namespace, name])
}
