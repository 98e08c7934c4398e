import { itemsAt } from '../../kubernetes/objects.ts'
import { lookup, lookupString, own } from '../../lang/json.ts'
import type { AnalyzedCluster } from '../../lint/cluster.ts'
import { createSelection } from '../../lint/services.ts'
import { isInjected, proxyOf, type Workload } from '../../lint/workload.ts'

/** A pod whose listeners matter. */
export interface PodToRead {
  readonly namespace: string
  readonly name: string
  /** Any of them will do: they share their network. Those of the application come first. */
  readonly containers: readonly string[]
}

/**
 * The running pods of the mesh that a Service leads to, by TCP; of those that one controller made, the first, unless `all` are wanted.
 * A pod on the host's network is never injected.
 */
export function podsToRead(cluster: AnalyzedCluster, { all }: { readonly all: boolean }): readonly PodToRead[] {
  const select = createSelection(
    cluster.runningPods.filter(
      (pod) => (isInjected(pod) || proxyOf(pod) !== undefined) && own(pod.spec, 'hostNetwork') !== true,
    ),
  )
  const services = cluster.services.filter(({ ports }) => ports.some(({ transport }) => transport === 'TCP'))
  const selected = new Set(services.flatMap(select))
  const pods = new Map<string, PodToRead>()
  for (const pod of selected) {
    const { namespace, name } = pod.object
    const key = all ? JSON.stringify([namespace, name]) : makerOf(pod)
    const containers = runningContainers(pod)
    if (!pods.has(key) && containers.length > 0) pods.set(key, { namespace, name, containers })
  }
  return [...pods.values()]
}

/** `NAMESPACE/NAME`. */
export function podTitle({ namespace, name }: Pick<PodToRead, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`
}

/** Alike for pods of one controller; a pod without one stands for itself. */
function makerOf({ object: { json, namespace, name } }: Workload): string {
  const owner = itemsAt(json, 'metadata', 'ownerReferences').find(({ item }) => own(item, 'controller') === true)?.item
  const maker = owner === undefined ? ['Pod', name] : [lookupString(owner, 'kind'), lookupString(owner, 'name')]
  return JSON.stringify([namespace, ...maker])
}

function runningContainers({ containers, object: { json } }: Workload): readonly string[] {
  const statuses = ['containerStatuses', 'initContainerStatuses'].flatMap((list) => itemsAt(json, 'status', list))
  const stopped = new Set(
    statuses.filter(({ item }) => lookup(item, 'state', 'running') === undefined).map(({ item }) => own(item, 'name')),
  )
  return containers
    .filter(({ name, ends }) => !ends && name !== '' && !stopped.has(name))
    .toSorted((one, other) => Number(one.isProxy) - Number(other.isProxy))
    .map(({ name }) => name)
}
