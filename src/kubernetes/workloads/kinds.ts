/**
 * The properties of a kind of workload. A new kind is a new record here: commands, rules, the injector and the documentation
 * use it.
 */
export interface WorkloadKind {
  readonly kind: string
  /** Its API group. Manifests of any version count: the template stands at the same place in all of them. */
  readonly group: string
  /** The version in requests to API servers. */
  readonly version: string
  /** As it stands in URLs. */
  readonly plural: string
  /** What kubectl takes for it, too. */
  readonly shortNames: readonly string[]
  /** Every cluster has it; the others come with Argo Rollouts or OpenShift. */
  readonly builtIn: boolean
  /** The keys that lead to the pod template (an object with `metadata` and `spec`). */
  readonly template: readonly string[]
  /** Where Istio's kube-inject looks for the metadata of its pods, if that isn't the template. */
  readonly kubeInjectMetadata?: readonly string[]
  /** What it makes, and that makes its pods; undefined: its pods are its own. */
  readonly through?: Through
  /** How its pods are recreated. */
  readonly recreate: Recreate
  /** Its pods end when their work is done. */
  readonly ends?: true
  /** Its template can't be changed once it exists. */
  readonly immutable?: true
  /** Others make one for each version of their template, and keep those of earlier ones: a cluster has many without pods. */
  readonly isVersion?: true
}

/** An object between a workload and its pods, and how it leads back to the workload. */
export interface Through {
  readonly kind: string
  /** Undefined: that of the workload. */
  readonly apiVersion?: string
  /**
   * `hash`: it is named NAME-HASH, with the hash in this label of its pods. `label`: this label of its pods is the workload's name.
   * `minute`: it is named NAME-TIME, https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs.
   */
  readonly named: { readonly by: 'hash' | 'label'; readonly label: string } | { readonly by: 'minute' }
  /** What Istio's templates see as the apiVersion of the workload; undefined: that of the object between. */
  readonly seenAs?: string
}

/**
 * `command`: it replaces them one after the other, by this command (the namespace follows). `next run`: its next Job has new ones.
 * `by hand`: it replaces those that somebody deletes. `never`: it has to be created again.
 */
export type Recreate =
  | { readonly by: 'command'; readonly command: (name: string) => readonly string[] }
  | { readonly by: 'next run' | 'by hand' | 'never' }

const inSpec = ['spec', 'template']

const rolloutRestart = (kind: string): Recreate => ({
  by: 'command',
  command: (name) => ['kubectl', 'rollout', 'restart', `${kind}/${name}`],
})

/** What an injector runs in, among others. */
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

/** The workloads whose pods are injected offline: those that Istio's kube-inject knows, and Argo's Rollout. */
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

/** The record of a kind by its name; undefined for what is no workload, such as a Pod. */
export function workloadKind(kind: string): WorkloadKind | undefined {
  return workloadKinds.find((one) => one.kind === kind)
}

/** `apps/v1`, `v1`. */
export function apiVersionOf({ group, version }: Pick<WorkloadKind, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`
}

/** The kinds that make objects of a kind, which in turn make pods. */
export function makersOf(kind: string): readonly WorkloadKind[] {
  return workloadKinds.filter(({ through }) => through?.kind === kind)
}
