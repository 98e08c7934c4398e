import { kinds } from '../../cluster/kinds.ts'
import type { PortForward } from '../../cluster/port-forward.ts'
import type { ApiPages } from '../../cluster/proxy.ts'
import {
  type Namespace,
  readConfigurations,
  readNamespaces,
  type WebhookConfiguration,
} from '../../istio/revisions/configuration.ts'
import type { JsonObject } from '../../lang/json.ts'
import { lookupString } from '../../lang/json.ts'
import type { ObjectSource } from '../cluster/source.ts'
import { type Backend, readBackends, type ServicePort, servicePort } from './endpoints.ts'
import { type Installation, readInstallations, type ServiceRef } from './installations.ts'

/** What only an API server can do. */
export interface ClusterTools {
  readonly pages: ApiPages
  readonly forward: PortForward
  /** Has a pod admitted and thrown away. Rejects with a KubeError. */
  readonly dryRun: (pod: JsonObject) => Promise<JsonObject>
}

/** What checks look at. Each thing is read when it is first asked for, and once; errors are CliErrors. */
export interface DoctorContext {
  /** All MutatingWebhookConfigurations. */
  readonly configurations: readonly WebhookConfiguration[]
  /** Those of them that were asked for. */
  readonly installations: readonly Installation[]
  /** Those that can take pods: one that is being deleted can't. */
  readonly namespaces: () => Promise<readonly Namespace[]>
  readonly service: (ref: ServiceRef) => Promise<{ readonly port: ServicePort } | undefined>
  /** Whoever answers for a Service; none where the Service or its port isn't there. */
  readonly backends: (ref: ServiceRef) => Promise<readonly Backend[]>
  readonly pod: (namespace: string, name: string) => Promise<JsonObject | undefined>
  /** Undefined where manifests stand for the cluster. */
  readonly tools: ClusterTools | undefined
  /** Whether pods can be reached by their addresses. */
  readonly isInCluster: boolean
  readonly wanted: Wanted
  /** How long a check may take; what it tries takes less. */
  readonly timeoutMs: number
  readonly now: Date
}

/** What was asked for. */
export interface Wanted {
  readonly revision?: string | undefined
  readonly namespace?: string | undefined
}

export type ContextOptions = Pick<DoctorContext, 'tools' | 'isInCluster' | 'wanted' | 'timeoutMs' | 'now'>

/** Reads the webhook configurations, and all else when it is asked for. Throws CliError when there is no answer. */
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
    service,
    backends: cached(async (ref: ServiceRef) => {
      const found = await service(ref)
      if (found?.port.kind !== 'port') return []
      const labelSelector = `kubernetes.io/service-name=${ref.name}`
      const slices = await source.list(kinds.endpointSlice, { namespace: ref.namespace, labelSelector })
      return readBackends(slices, found.port.name)
    }),
    pod: cached((namespace: string, name: string) => source.get(kinds.pod, name, namespace)),
  }
}

/** Asks once for the same arguments. */
function cached<A extends readonly unknown[], T>(ask: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
  const known = new Map<string, Promise<T>>()
  return (...args) => {
    const key = JSON.stringify(args)
    const asked = known.get(key) ?? ask(...args)
    known.set(key, asked)
    return asked
  }
}
