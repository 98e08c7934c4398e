import { KubeError } from '../../cluster/client.ts'
import { itemsAt } from '../../kubernetes/objects.ts'
import { isObject, type JsonObject, lookupString, own } from '../../lang/json.ts'
import type { ClusterTools, DoctorContext } from './context.ts'
import type { Backend } from './endpoints.ts'

/** What a replica serves. */
export interface Served {
  readonly pod: string
  readonly hash: string
  readonly revision: string
  readonly loadedAt: string
  /** The proxy's image for a pod without annotations; empty before Outrigger reported it. */
  readonly proxyImage: string
}

/** What a replica serves, or the reason why it is unknown. */
export async function readServed(
  { pod }: Backend,
  tools: ClusterTools,
  context: DoctorContext,
): Promise<Served | string> {
  if (pod === undefined) return 'an endpoint is not a pod'
  try {
    const port = monitoringPort(await context.pod(pod.namespace, pod.name))
    const place = { namespace: pod.namespace, pod: pod.name, port, path: '/debug/config' }
    const page = parsed(await tools.pages.podPage(place, { timeoutMs: context.timeoutMs / 2 }))
    const hash = lookupString(page, 'hash')
    if (hash === '') return `${pod.name} is not Outrigger: unexpected response at /debug/config`
    return {
      pod: pod.name,
      hash,
      revision: lookupString(page, 'revision'),
      loadedAt: lookupString(page, 'loadedAt'),
      proxyImage: lookupString(page, 'proxyImage'),
    }
  } catch (error) {
    if (!(error instanceof KubeError)) throw error
    return error.status === 404 ? `${pod.name} is not Outrigger: no /debug/config` : error.message
  }
}

// The default of `serve`.
const defaultPort = 15014

function monitoringPort(pod: JsonObject | undefined): number {
  const ports = itemsAt(pod, 'spec', 'containers').flatMap(({ item }) => itemsAt(item, 'ports'))
  const named = ports.find(({ item }) => own(item, 'name') === 'http-monitoring')
  const port = named === undefined ? undefined : own(named.item, 'containerPort')
  return typeof port === 'number' ? port : defaultPort
}

function parsed(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}
