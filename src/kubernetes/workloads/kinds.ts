/**
 * The properties of a workload kind. A new kind is a new record here: commands, rules, the injector and the
 * documentation use it.
 */
export interface WorkloadKind {
  readonly kind: string
  /** Its API group. Manifests of any version are accepted: the pod template has the same path in all of them. */
  readonly group: string
  /** The version to request from API servers. */
  readonly version: string
  /** The resource name in URLs. */
  readonly plural: string
  /** The short names that kubectl accepts. */
  readonly shortNames: readonly string[]
  /** Whether every cluster has it; the others come with Argo Rollouts or OpenShift. */
  readonly builtIn: boolean
  /** The keys that lead to the pod template (an object with `metadata` and `spec`). */
  readonly template: readonly string[]
  /** Where Istio's kube-inject reads the metadata of its pods, if not from the template. */
  readonly kubeInjectMetadata?: readonly string[]
  /** The object that it creates, which in turn creates the pods; undefined if it creates the pods itself. */
  readonly through?: Through
  /** How its pods are recreated. */
  readonly recreate: Recreate
  /** Its pods run to completion. */
  readonly ends?: true
  /** Its pod template can't be changed once it exists. */
  readonly immutable?: true
  /** Other workloads create one for each version of their template and keep the old ones: clusters have many without pods. */
  readonly isVersion?: true
}

/** An object between a workload and its pods, and how it leads back to the workload. */
export interface Through {
  readonly kind: string
  /** Undefined: the workload's. */
  readonly apiVersion?: string
  /**
   * How it is named. `hash`: NAME-HASH; this label of its pods has the hash. `label`: this label of its pods has the
   * workload's name. `minute`: NAME-TIME, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs.
   */
  readonly named: { readonly by: 'hash' | 'label'; readonly label: string } | { readonly by: 'minute' }
  /** The apiVersion of the workload in Istio's templates; undefined: that of this object. */
  readonly seenAs?: string
}

/**
 * `command`: this command (without the namespace) restarts the pods one after the other. `next run`: the next Job has
 * new pods. `by hand`: pods that someone deletes are replaced. `never`: the workload has to be created again.
 */
export type Recreate =
  | { readonly by: 'command'; readonly command: (name: string) => readonly string[] }
  | { readonly by: 'next run' | 'by hand' | 'never' }

const inSpec = ['spec', 'template']

const rolloutRestart = (kind: string): Recreate => ({
  by: 'command',
  command: (name) => ['kubectl', 'rollout', 'restart', `${kind}/${name}`],
})

/** Also the kind that injectors themselves run as. */
export const deployment: WorkloadKind = {
  kind: 'Deployment',
  group: 'apps',
  version: 'v1',
  plural: 'deployments',
  shortNames: ['deploy'],
  builtIn: true,
  template: inSpec,
  through: { kind: 'ReplicaSet', named: { by: 'hash', label: 'pod-template-hash' } },
  recreate: rolloutRestart('deployment'),
}

/** The workloads whose pods are injected offline: those that Istio's kube-inject supports, and Argo's Rollout. */
export const workloadKinds: readonly WorkloadKind[] = [
  deployment,
  {
    kind: 'Rollout',
    group: 'argoproj.io',
    version: 'v1alpha1',
    plural: 'rollouts',
    shortNames: ['ro'],
    builtIn: false,
    template: inSpec,
    through: {
      kind: 'ReplicaSet',
      apiVersion: 'apps/v1',
      named: { by: 'hash', label: 'rollouts-pod-template-hash' },
      seenAs: 'v1alpha1',
    },
    recreate: { by: 'command', command: (name) => ['kubectl', 'argo', 'rollouts', 'restart', name] },
  },
  {
    kind: 'ReplicaSet',
    group: 'apps',
    version: 'v1',
    plural: 'replicasets',
    shortNames: ['rs'],
    builtIn: true,
    template: inSpec,
    recreate: { by: 'by hand' },
    isVersion: true,
  },
  {
    kind: 'StatefulSet',
    group: 'apps',
    version: 'v1',
    plural: 'statefulsets',
    shortNames: ['sts'],
    builtIn: true,
    template: inSpec,
    recreate: rolloutRestart('statefulset'),
  },
  {
    kind: 'DaemonSet',
    group: 'apps',
    version: 'v1',
    plural: 'daemonsets',
    shortNames: ['ds'],
    builtIn: true,
    template: inSpec,
    recreate: rolloutRestart('daemonset'),
  },
  {
    kind: 'Job',
    group: 'batch',
    version: 'v1',
    plural: 'jobs',
    shortNames: [],
    builtIn: true,
    template: inSpec,
    recreate: { by: 'never' },
    ends: true,
    immutable: true,
  },
  {
    kind: 'CronJob',
    group: 'batch',
    version: 'v1',
    plural: 'cronjobs',
    shortNames: ['cj'],
    builtIn: true,
    template: ['spec', 'jobTemplate', 'spec', 'template'],
    kubeInjectMetadata: ['spec', 'jobTemplate', 'metadata'],
    through: { kind: 'Job', apiVersion: 'batch/v1', named: { by: 'minute' }, seenAs: 'batch/v1' },
    recreate: { by: 'next run' },
    ends: true,
  },
  {
    kind: 'ReplicationController',
    group: '',
    version: 'v1',
    plural: 'replicationcontrollers',
    shortNames: ['rc'],
    builtIn: true,
    template: inSpec,
    recreate: { by: 'by hand' },
    isVersion: true,
  },
  {
    kind: 'DeploymentConfig',
    group: 'apps.openshift.io',
    version: 'v1',
    plural: 'deploymentconfigs',
    shortNames: ['dc'],
    builtIn: false,
    template: inSpec,
    through: { kind: 'ReplicationController', named: { by: 'label', label: 'deploymentconfig' } },
    recreate: { by: 'command', command: (name) => ['oc', 'rollout', 'latest', `dc/${name}`] },
  },
]

/** The record of a kind by its name; undefined for other kinds, such as Pod. */
export function workloadKind(kind: string): WorkloadKind | undefined {
  return workloadKinds.find((candidate) => candidate.kind === kind)
}

/** `apps/v1`, `v1`. */
export function apiVersionOf({ group, version }: Pick<WorkloadKind, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`
}

/** The workload kinds whose pods are created by an object of another kind: Deployment and Rollout for ReplicaSet. */
export function makersOf(kind: string): readonly WorkloadKind[] {
  return workloadKinds.filter(({ through }) => through?.kind === kind)
}
