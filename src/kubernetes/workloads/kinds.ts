/** How a kind of workload makes its pods: where the pod's template stands in it, and what its pods are called. */
export interface WorkloadKind {
  readonly kind: string
  /** Its API group; the version doesn't matter, the template stands at the same place in all of them. */
  readonly group: string
  /** The keys that lead to the pod template (an object with `metadata` and `spec`). */
  readonly template: readonly string[]
  /** What of a pod tells its workload when `name` is that workload's name. */
  readonly controller: (name: string) => Controller
}

/** The direct owner of a workload's pods, which for some is not the workload itself. */
export interface Controller {
  /** Of the owner; undefined: the workload's own. */
  readonly apiVersion?: string
  readonly kind: string
  readonly name: string
  /** Labels that the controller puts on its pods and that tell the workload. */
  readonly labels?: Readonly<Record<string, string>>
}

// The hash of a pod template and the minute of a Job are only known in a cluster: these stand for them, and leave the
// template again behind the injection.
const hash = 'template'
const minute = '00000000'

const inSpec = ['spec', 'template']

/** The workloads whose pods are injected offline: those that Istio's kube-inject knows, and Argo's Rollout. */
export const workloadKinds: readonly WorkloadKind[] = [
  {
    kind: 'Deployment',
    group: 'apps',
    template: inSpec,
    controller: (name) => ({ kind: 'ReplicaSet', name: `${name}-${hash}`, labels: { 'pod-template-hash': hash } }),
  },
  {
    kind: 'Rollout',
    group: 'argoproj.io',
    template: inSpec,
    controller: (name) => ({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      name: `${name}-${hash}`,
      labels: { 'rollouts-pod-template-hash': hash },
    }),
  },
  { kind: 'ReplicaSet', group: 'apps', template: inSpec, controller: (name) => ({ kind: 'ReplicaSet', name }) },
  { kind: 'StatefulSet', group: 'apps', template: inSpec, controller: (name) => ({ kind: 'StatefulSet', name }) },
  { kind: 'DaemonSet', group: 'apps', template: inSpec, controller: (name) => ({ kind: 'DaemonSet', name }) },
  { kind: 'Job', group: 'batch', template: inSpec, controller: (name) => ({ kind: 'Job', name }) },
  {
    kind: 'CronJob',
    group: 'batch',
    template: ['spec', 'jobTemplate', 'spec', 'template'],
    controller: (name) => ({ apiVersion: 'batch/v1', kind: 'Job', name: `${name}-${minute}` }),
  },
  {
    kind: 'ReplicationController',
    group: '',
    template: inSpec,
    controller: (name) => ({ kind: 'ReplicationController', name }),
  },
  {
    kind: 'DeploymentConfig',
    group: 'apps.openshift.io',
    template: inSpec,
    controller: (name) => ({ kind: 'DeploymentConfig', name }),
  },
]
