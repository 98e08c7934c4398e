import { isObject, lookupString } from '../lang/json.ts'
import { KubeError } from './client.ts'
import { accessTo, type ConnectOptions } from './connect.ts'
import { exchange, readText } from './transport.ts'

/** GET requests to an API server that aren't about objects: its own pages, and those of pods behind it. */
export interface ApiPages {
  /** The body of a page of the API server, such as `/version`. Rejects with a KubeError. */
  page(path: string, limits: PageLimits): Promise<string>
  /**
   * The body of a page of a pod, fetched by the API server. Rejects with a KubeError with the pod's status, or 503 if the
   * API server can't reach the pod.
   */
  podPage(place: PodPage, limits: PageLimits): Promise<string>
}

export interface PodPage {
  readonly namespace: string
  readonly pod: string
  readonly port: number
  /** The path, with its leading slash. */
  readonly path: string
}

export interface PageLimits {
  /** The timeout until the response begins, and again until it ends. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

const maxBytes = 2 ** 20

/**
 * Pages through the API server of the options; nothing is sent yet. Throws a ConnectError. A pod's page requires `get` on
 * `pods/proxy`.
 * https://kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services/#manually-constructing-apiserver-proxy-urls
 */
export function connectPages(options: ConnectOptions): ApiPages {
  const { access } = accessTo(options)
  const get = (path: string, action: string, { timeoutMs, signal }: PageLimits) => {
    const request = { method: 'GET', path, beginsWithinMs: timeoutMs, endsWithinMs: timeoutMs, signal } as const
    return exchange(access, request, async (answer) => {
      const text = await readText(answer, maxBytes)
      const { statusCode = 0 } = answer
      if (statusCode >= 200 && statusCode < 300) return text
      const { message, reason } = statusIn(text)
      throw new KubeError(`cannot ${action}: ${message || `HTTP ${statusCode}`}`, statusCode, reason)
    })
  }
  return {
    page: (path, limits) => get(path, `get ${path}`, limits),
    podPage({ namespace, pod, port, path }, limits) {
      const within = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}:${port}/proxy`
      return get(within + path, `get ${path} of pod ${namespace}/${pod}`, limits)
    },
  }
}

/** The Status of the API server for an error; a pod's own error page has none. */
function statusIn(text: string): { readonly message: string; readonly reason: string } {
  try {
    const status: unknown = JSON.parse(text)
    if (isObject(status)) return { message: lookupString(status, 'message'), reason: lookupString(status, 'reason') }
  } catch {
    // Not JSON.
  }
  return { message: '', reason: '' }
}
