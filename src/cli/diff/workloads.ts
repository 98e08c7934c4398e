import { ownerOf } from '../../injection/prepare/owner.ts'
import { controllerOf } from '../../kubernetes/objects.ts'
import { checkPod } from '../../kubernetes/pod/check.ts'
import { podPlaces } from '../../kubernetes/workloads/places.ts'
import { namespaceAt, podAt } from '../../kubernetes/workloads/pod.ts'
import { isObject, type JsonObject, lookup, lookupString, own, type StringMap } from '../../lang/json.ts'

/** What people name when they mean a pod: its workload, or the pod itself where it has none. */
export interface WorkloadId {
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** A workload, and a pod of it. */
export interface Workload {
  readonly id: WorkloadId
  /** As it is to be created, or as it runs. */
  readonly pod: JsonObject
}

/** `Deployment shop/web`. */
export function titleOf({ kind, namespace, name }: WorkloadId): string {
  return `${kind} ${namespace}/${name || '(no name)'}`
}

/** The workload of a pod that runs. */
export function workloadOf(pod: JsonObject, fallback = 'default'): WorkloadId {
  const namespace = lookupString(pod, 'metadata', 'namespace') || fallback
  const checked = checkPod({ metadata: own(pod, 'metadata') ?? {} })
  const name = lookupString(pod, 'metadata', 'name')
  if ('faults' in checked) return { kind: 'Pod', namespace, name }
  const owner = ownerOf(checked.pod, namespace)
  return { kind: owner.kind, namespace, name: owner.name }
}

export function labelsOf(pod: JsonObject): StringMap {
  const labels = lookup(pod, 'metadata', 'labels')
  const pairs = isObject(labels) ? Object.entries(labels) : []
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
}

/** Gathers one pod of each workload: the newest, which is the most like those to come. */
export function createGathering(): { add(pod: JsonObject): void; workloads(): readonly Workload[] } {
  const found = new Map<string, Workload>()
  return {
    add(pod) {
      const id = workloadOf(pod)
      const key = JSON.stringify(id)
      const known = found.get(key)
      if (known === undefined || createdAt(known.pod) < createdAt(pod)) found.set(key, { id, pod })
    },
    workloads: () => [...found.values()],
  }
}

/** A time that Kubernetes writes sorts as a text. */
function createdAt(pod: JsonObject): string {
  return lookupString(pod, 'metadata', 'creationTimestamp')
}

/**
 * The workloads of manifests. What another of them makes (a Deployment's ReplicaSets, a CronJob's Jobs, their pods) is not
 * told again; of what only they show, one is taken. `namespace` is that of those that name none.
 */
export function workloadsIn(manifests: readonly JsonObject[], namespace: string): readonly Workload[] {
  const places = manifests.flatMap((manifest) => podPlaces(manifest))
  const found = new Map<string, Workload>()
  const gathering = createGathering()
  for (const place of places) {
    const { workload } = place
    const at = namespaceAt(place, namespace)
    if (place.kind === undefined) {
      gathering.add(inNamespace(workload, at))
      continue
    }
    const owner = controllerOf(workload)
    const { kind, name } = owner ?? { kind: place.kind.kind, name: nameOf(workload) }
    const id = { kind, namespace: at, name }
    const key = JSON.stringify(id)
    if (owner === undefined || !found.has(key)) found.set(key, { id, pod: podAt(place) })
  }
  const pods = gathering.workloads().filter(({ id }) => !found.has(JSON.stringify(id)))
  return [...found.values(), ...pods]
}

function inNamespace(pod: JsonObject, namespace: string): JsonObject {
  if (lookupString(pod, 'metadata', 'namespace') !== '') return pod
  const metadata = own(pod, 'metadata')
  return { ...pod, metadata: { ...(isObject(metadata) ? metadata : {}), namespace } }
}

function nameOf(object: JsonObject): string {
  return lookupString(object, 'metadata', 'name')
}
