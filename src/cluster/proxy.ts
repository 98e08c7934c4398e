import { isObject, lookupString } from '../lang/json.ts'
import { KubeError } from './client.ts'
import { accessTo, type ConnectOptions } from './connect.ts'
import { exchange, readText } from './transport.ts'

/** GET requests to an API server that are about no object: its own pages, and those of pods behind it. */
export interface ApiPages {
  /** The text of a page of the API server itself, such as `/version`. Rejects with a KubeError. */
  page(path: string, limits: PageLimits): Promise<string>
  /**
   * The text of a page that a pod serves, which the API server fetches. Rejects with a KubeError: one with the pod's own
   * status, or with 503 where the API server can't reach the pod.
   */
  podPage(place: PodPage, limits: PageLimits): Promise<string>
}

export interface PodPage {
  readonly namespace: string
  readonly pod: string
  readonly port: number
  /** From the slash on. */
  readonly path: string
}

export interface PageLimits {
  /** For the answer to begin, and once more to end. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

const maxBytes = 2 ** 20

/**
 * Pages by way of the API server that the options name; nothing is sent yet. Throws a ConnectError. A pod's page takes the right to
 * `get` the subresource `pods/proxy`.
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

/** What the API server says of an error; a pod's own error page says nothing in this form. */
function statusIn(text: string): { readonly message: string; readonly reason: string } {
  try {
    const status: unknown = JSON.parse(text)
    if (isObject(status)) return { message: lookupString(status, 'message'), reason: lookupString(status, 'reason') }
  } catch {
    // Not JSON.
  }
  return { message: '', reason: '' }
}
