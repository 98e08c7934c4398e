import { type Kind, kinds } from '../../cluster/kinds.ts'
import type { PortForward } from '../../cluster/port-forward.ts'
import type { ApiPages } from '../../cluster/proxy.ts'
import { discoveryContainer, type IstiodDeployment, readDiscovery } from '../../istio/istiod/deployment.ts'
import {
  type Namespace,
  readConfigurations,
  readNamespaces,
  type WebhookConfiguration,
} from '../../istio/revisions/configuration.ts'
import { revisionLabel } from '../../istio/revisions/names.ts'
import type { JsonObject } from '../../lang/json.ts'
import { lookupString } from '../../lang/json.ts'
import type { ObjectSource } from '../cluster/source.ts'
import { type Backend, readBackends, type ServicePort, servicePort } from './endpoints.ts'
import { type Installation, readInstallations, type ServiceRef, type Wanted } from './installations.ts'

/** What only an API server can do. */
export interface ClusterTools {
  readonly pages: ApiPages
  readonly forward: PortForward
  /** Creates a pod as a dry run. Rejects with a KubeError. */
  readonly dryRun: (pod: JsonObject) => Promise<JsonObject>
}

/** The input of checks. Everything is read on first use, and once; errors are CliErrors. */
export interface DoctorContext {
  /** All MutatingWebhookConfigurations. */
  readonly configurations: readonly WebhookConfiguration[]
  /** The installations to check. */
  readonly installations: readonly Installation[]
  /** All namespaces except those that are being deleted. */
  readonly namespaces: () => Promise<readonly Namespace[]>
  /** All objects of a kind, in all namespaces. */
  readonly list: (kind: Kind) => Promise<readonly JsonObject[]>
  /** Undefined if the object doesn't exist. */
  readonly get: (kind: Kind, name: string, namespace: string) => Promise<JsonObject | undefined>
  readonly service: (ref: ServiceRef) => Promise<{ readonly port: ServicePort } | undefined>
  /** The endpoints of a Service; empty if the Service or its port doesn't exist. */
  readonly backends: (ref: ServiceRef) => Promise<readonly Backend[]>
  readonly pod: (namespace: string, name: string) => Promise<JsonObject | undefined>
  /** The Deployments of istiods. */
  readonly istiods: () => Promise<readonly IstiodObject[]>
  /** Undefined if there are only manifests. */
  readonly tools: ClusterTools | undefined
  /** Whether pod IPs are reachable. */
  readonly isInCluster: boolean
  readonly wanted: Wanted
  /** The time limit of a check; its individual attempts take less. */
  readonly timeoutMs: number
  readonly now: Date
}

/** An istiod, and its revision as in its label. */
export interface IstiodObject extends IstiodDeployment {
  readonly revision: string
}

export type ContextOptions = Pick<DoctorContext, 'tools' | 'isInCluster' | 'wanted' | 'timeoutMs' | 'now'>

/** Reads the webhook configurations, and everything else on first use. Throws CliError. */
export async function readContext(source: ObjectSource, options: ContextOptions): Promise<DoctorContext> {
  const configurations = readConfigurations(await source.list(kinds.mutatingWebhookConfiguration))
  const service = cached(async (ref: ServiceRef) => {
    const found = await source.get(kinds.service, ref.name, ref.namespace)
    return found && { port: servicePort(found, ref) }
  })
  return {
    ...options,
    configurations,
    installations: readInstallations(configurations, options.wanted),
    namespaces: cached(async () => {
      const all = await source.list(kinds.namespace)
      return readNamespaces(all.filter((one) => lookupString(one, 'status', 'phase') !== 'Terminating'))
    }),
    list: cached((kind: Kind) => source.list(kind)),
    get: cached((kind: Kind, name: string, namespace: string) => source.get(kind, name, namespace)),
    service,
    backends: cached(async (ref: ServiceRef) => {
      const found = await service(ref)
      if (found?.port.kind !== 'port') return []
      const labelSelector = `kubernetes.io/service-name=${ref.name}`
      const slices = await source.list(kinds.endpointSlice, { namespace: ref.namespace, labelSelector })
      return readBackends(slices, found.port.name)
    }),
    istiods: cached(() => readIstiods(source)),
    pod: cached((namespace: string, name: string) => source.get(kinds.pod, name, namespace)),
  }
}

async function readIstiods(source: ObjectSource): Promise<readonly IstiodObject[]> {
  const found = await source.list(kinds.deployment, { labelSelector: 'app=istiod' })
  return found.flatMap((object) => {
    const container = discoveryContainer(object)
    if (container === undefined) return []
    const id = {
      namespace: lookupString(object, 'metadata', 'namespace'),
      name: lookupString(object, 'metadata', 'name'),
    }
    return [{ ...readDiscovery(id, container), revision: lookupString(object, 'metadata', 'labels', revisionLabel) }]
  })
}

/** Caches the results of a function by its arguments. */
function cached<A extends readonly unknown[], T>(read: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
  const results = new Map<string, Promise<T>>()
  return (...args) => {
    const key = JSON.stringify(args)
    const result = results.get(key) ?? read(...args)
    results.set(key, result)
    return result
  }
}
