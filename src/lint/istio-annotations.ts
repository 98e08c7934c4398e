import { annotations, findAnnotation } from '../istio/annotations/registry.ts'

/** An Istio annotation, whether injection reads it or not. */
export interface IstioAnnotation {
  readonly name: string
  /** The kinds that it belongs on; empty for any. */
  readonly kinds: readonly string[]
  /** What to use instead. */
  readonly deprecated?: string
}

const statsMatcher = 'set `proxyStatsMatcher` in `proxy.istio.io/config`'

/** Annotations that injection doesn't read: https://istio.io/latest/docs/reference/config/annotations */
const others: readonly IstioAnnotation[] = [
  {
    name: 'alpha.istio.io/canonical-serviceaccounts',
    kinds: ['Service'],
    deprecated: 'Istio derives the identities of workloads itself',
  },
  {
    name: 'alpha.istio.io/kubernetes-serviceaccounts',
    kinds: ['Service'],
    deprecated: 'Istio derives the identities of workloads itself',
  },
  { name: 'ambient.istio.io/bypass-inbound-capture', kinds: ['Pod'] },
  { name: 'ambient.istio.io/dns-capture', kinds: ['Pod'] },
  { name: 'ambient.istio.io/redirection', kinds: ['Pod'] },
  { name: 'ambient.istio.io/waypoint-inbound-binding', kinds: ['Gateway', 'GatewayClass'] },
  { name: 'galley.istio.io/analyze-suppress', kinds: [] },
  { name: 'gateway.istio.io/controller-version', kinds: [] },
  { name: 'gateway.istio.io/name-override', kinds: ['Gateway'] },
  { name: 'gateway.istio.io/service-account', kinds: ['Gateway'] },
  { name: 'istio.io/autoRegistrationGroup', kinds: ['WorkloadEntry'] },
  { name: 'istio.io/connectedAt', kinds: ['WorkloadEntry'] },
  { name: 'istio.io/disconnectedAt', kinds: ['WorkloadEntry'] },
  { name: 'istio.io/dry-run', kinds: ['AuthorizationPolicy'] },
  { name: 'istio.io/use-waypoint-canary-weight', kinds: ['Namespace', 'Service', 'ServiceEntry'] },
  { name: 'istio.io/workloadController', kinds: ['WorkloadEntry'] },
  { name: 'networking.istio.io/exportTo', kinds: ['Service'] },
  { name: 'networking.istio.io/service-type', kinds: ['Gateway'] },
  { name: 'networking.istio.io/traffic-distribution', kinds: ['Namespace', 'Service', 'ServiceEntry'] },
  {
    name: 'sidecar.istio.io/statsCompression',
    kinds: ['Pod'],
    deprecated: 'remove it: the client that scrapes metrics chooses the compression',
  },
  { name: 'sidecar.istio.io/statsEvictionInterval', kinds: ['Pod'] },
  { name: 'sidecar.istio.io/statsFlushInterval', kinds: ['Pod'] },
  { name: 'sidecar.istio.io/statsHistogramBins', kinds: ['Pod'] },
  { name: 'sidecar.istio.io/statsHistogramBuckets', kinds: ['Pod'] },
  { name: 'sidecar.istio.io/statsInclusionRegexps', kinds: ['Pod'], deprecated: statsMatcher },
  { name: 'sidecar.istio.io/statsInclusionSuffixes', kinds: ['Pod'], deprecated: statsMatcher },
  { name: 'topology.istio.io/controlPlaneClusters', kinds: ['Namespace'] },
  { name: 'traffic.istio.io/nodeSelector', kinds: ['Service'] },
]

const byName: ReadonlyMap<string, IstioAnnotation> = new Map(others.map((entry) => [entry.name, entry]))

// Set by Istio's installers for their own use.
const internal = /^(install\.)?operator\.|^internal\./

/** All known names under istio.io, for suggestions. */
export const istioAnnotationNames: readonly string[] = [
  ...annotations.map(({ name }) => name).filter(isIstios),
  ...byName.keys(),
]

/** Whether an annotation's name is under istio.io; internal ones don't count. */
export function isIstios(name: string): boolean {
  const prefix = name.slice(0, Math.max(name.indexOf('/'), 0))
  return (prefix === 'istio.io' || prefix.endsWith('.istio.io')) && !internal.test(prefix)
}

/** The known annotation of that name. */
export function findIstioAnnotation(name: string): IstioAnnotation | undefined {
  const injected = findAnnotation(name)
  if (injected === undefined) return byName.get(name)
  const { target, deprecated } = injected
  return { name, kinds: [target], ...(deprecated !== undefined && { deprecated }) }
}
