import { labelsOf } from '../../kubernetes/pod/access.ts'
import type { OwnerReference, Pod } from '../../kubernetes/pod/types.ts'
import { lookupText, own } from '../../lang/json.ts'
import type { Owner } from '../model/template.ts'

/**
 * The workload behind a pod: the Deployment rather than its ReplicaSet, the CronJob rather than its Job. Kubernetes
 * names those after their owner and a hash or a time, so the owner is told from the name, without asking the cluster.
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
  // A null counts as absent, as in Go.
  const apiVersion = lookupText(reference, 'apiVersion')
  const kind = lookupText(reference, 'kind')
  const name = lookupText(reference, 'name')
  const label = (key: string) => own(labelsOf(pod), key) ?? ''
  if (kind === 'ReplicaSet') {
    const deployment = withoutHash(name, label('pod-template-hash'))
    if (deployment !== undefined) return { apiVersion, kind: 'Deployment', name: deployment }
    const rollout = withoutHash(name, label('rollouts-pod-template-hash'))
    if (rollout !== undefined) return { apiVersion: 'v1alpha1', kind: 'Rollout', name: rollout }
  }
  if (kind === 'ReplicationController' && label('deploymentconfig') !== '') {
    return { apiVersion, kind: 'DeploymentConfig', name: label('deploymentconfig') }
  }
  // https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs: the Job's name ends in the scheduled minute.
  const cronJob = kind === 'Job' ? /^(.+)-\d{8,10}$/.exec(name)?.[1] : undefined
  if (cronJob !== undefined) return { apiVersion: 'batch/v1', kind: 'CronJob', name: cronJob }
  return { apiVersion, kind, name }
}

function withoutHash(name: string, hash: string): string | undefined {
  if (hash === '' || !name.endsWith(hash)) return undefined
  return name.endsWith(`-${hash}`) ? name.slice(0, -hash.length - 1) : name
}
