import { labelsOf } from '../../kubernetes/pod/access.ts'
import type { OwnerReference, Pod } from '../../kubernetes/pod/types.ts'
import { workloadBehind } from '../../kubernetes/workloads/owner.ts'
import { lookupString, own } from '../../lang/json.ts'
import type { Owner } from '../model/template.ts'

/**
 * The workload behind a pod: the Deployment rather than its ReplicaSet, the CronJob rather than its Job. Kubernetes
 * names those after their owner and a hash or a time, so the owner is derived from the name, without reading it from the cluster.
 */
export function ownerOf(pod: Pod, namespace: string): Owner {
  const controller = pod.metadata?.generateName ? controllerOf(pod) : undefined
  const owner = controller === undefined ? undefined : workloadOf(controller, pod)
  return {
    apiVersion: owner?.apiVersion ?? 'v1',
    kind: owner?.kind ?? 'Pod',
    name: owner?.name || pod.metadata?.name || '',
    namespace,
  }
}

function controllerOf(pod: Pod): OwnerReference | undefined {
  return pod.metadata?.ownerReferences?.find((reference) => reference.controller === true)
}

function workloadOf(reference: OwnerReference, pod: Pod) {
  // Null counts as unset, as in Go.
  const apiVersion = lookupString(reference, 'apiVersion')
  const kind = lookupString(reference, 'kind')
  const name = lookupString(reference, 'name')
  return workloadBehind({ apiVersion, kind, name }, (key) => own(labelsOf(pod), key) ?? '')
}
