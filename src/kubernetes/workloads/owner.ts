import type { OwnerName } from '../objects.ts'
import { type Through, type WorkloadKind, workloadKinds } from './kinds.ts'

/** The direct owner of a workload's pods, which isn't always the workload itself. */
export interface Controller {
  /** Undefined: the workload's. */
  readonly apiVersion?: string
  readonly kind: string
  readonly name: string
  /** Labels that the controller sets on its pods and that identify the workload. */
  readonly labels?: Readonly<Record<string, string>>
}

// The hash of a pod template and the minute of a Job are only known in a cluster. These are placeholders; `putBack`
// removes them from the template after the injection.
const hashPlaceholder = 'template'
const minutePlaceholder = '00000000'

/** The direct owner of the pods of a workload named `name`, as far as it is known without a cluster. */
export function controllerOfPods({ kind, through }: WorkloadKind, name: string): Controller {
  // Like kube-inject, which treats a DeploymentConfig as the owner of its pods.
  if (through === undefined || through.named.by === 'label') return { kind, name }
  const owner = { kind: through.kind, ...(through.apiVersion !== undefined && { apiVersion: through.apiVersion }) }
  if (through.named.by === 'minute') return { ...owner, name: `${name}-${minutePlaceholder}` }
  return { ...owner, name: `${name}-${hashPlaceholder}`, labels: { [through.named.label]: hashPlaceholder } }
}

/**
 * The workload of the direct owner of a pod: the Deployment rather than its ReplicaSet, the CronJob rather than its Job.
 * Derived from names and the pod's labels, without reading from the cluster; the owner itself if it has no such workload.
 */
export function workloadBehind(owner: OwnerName, label: (name: string) => string): OwnerName {
  for (const { kind, through } of workloadKinds) {
    if (through?.kind !== owner.kind) continue
    const name = nameBehind(owner.name, through, label)
    if (name !== undefined) return { apiVersion: through.seenAs ?? owner.apiVersion, kind, name }
  }
  return owner
}

function nameBehind(owner: string, { named }: Through, label: (name: string) => string): string | undefined {
  if (named.by === 'minute') return /^(.+)-\d{8,10}$/.exec(owner)?.[1]
  const value = label(named.label)
  if (value === '') return undefined
  return named.by === 'label' ? value : withoutHash(owner, value)
}

function withoutHash(name: string, hash: string): string | undefined {
  if (!name.endsWith(hash)) return undefined
  return name.endsWith(`-${hash}`) ? name.slice(0, -hash.length - 1) : name
}
