import { apiVersionOf, deployment, type WorkloadKind } from '../kubernetes/workloads/kinds.ts'

/** A kind of Kubernetes object. */
export interface Kind {
  readonly apiVersion: string
  readonly kind: string
  /** The name in URLs. */
  readonly plural: string
  readonly namespaced: boolean
}

/** The kinds that Outrigger reads or writes. Workloads have their own table; Deployment is also here, for injectors. */
export const kinds = {
  configMap: { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true },
  event: { apiVersion: 'v1', kind: 'Event', plural: 'events', namespaced: true },
  namespace: { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false },
  node: { apiVersion: 'v1', kind: 'Node', plural: 'nodes', namespaced: false },
  pod: { apiVersion: 'v1', kind: 'Pod', plural: 'pods', namespaced: true },
  secret: { apiVersion: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true },
  service: { apiVersion: 'v1', kind: 'Service', plural: 'services', namespaced: true },
  endpointSlice: {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    plural: 'endpointslices',
    namespaced: true,
  },
  mutatingWebhookConfiguration: {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    plural: 'mutatingwebhookconfigurations',
    namespaced: false,
  },
  validatingWebhookConfiguration: {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    plural: 'validatingwebhookconfigurations',
    namespaced: false,
  },
  gateway: {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    plural: 'gateways',
    namespaced: true,
  },
  proxyConfig: {
    apiVersion: 'networking.istio.io/v1beta1',
    kind: 'ProxyConfig',
    plural: 'proxyconfigs',
    namespaced: true,
  },
  serviceEntry: {
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    plural: 'serviceentries',
    namespaced: true,
  },
  deployment: kindOfWorkload(deployment),
  clusterRole: {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    plural: 'clusterroles',
    namespaced: false,
  },
} as const satisfies Record<string, Kind>

/** A kind of workload as a kind to read. */
export function kindOfWorkload(workload: WorkloadKind): Kind {
  return { apiVersion: apiVersionOf(workload), kind: workload.kind, plural: workload.plural, namespaced: true }
}
