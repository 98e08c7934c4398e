import { WebSocketHandler } from '@kubernetes/client-node/dist/web-socket-handler.js'
import { KubeError } from './client.ts'
import type { ConnectOptions } from './connect.ts'
import { findConfig } from './kubeconfig.ts'

/** What is used of a WebSocket of the package `ws`. */
export interface PodSocket {
  readonly protocol: string
  send(data: Uint8Array): void
  close(): void
  /** Ends it at once, whatever the other side does. */
  terminate(): void
  on(event: 'close' | 'error', listener: () => void): unknown
}

export interface OpenStreams {
  /** Of the API server, with its query. */
  readonly path: string
  /** Stands behind "cannot" in an error. */
  readonly action: string
  /** Until the API server has opened the streams. */
  readonly timeoutMs: number
  /** Called with each message: the number of the stream, and what came on it. */
  readonly onData: (stream: number, data: Buffer) => void
}

/**
 * Opens the streams of a pod's subresource as the sub-protocol `channel.k8s.io` has them. Rejects with a KubeError. Loading this
 * module takes client-node's WebSockets with it.
 * https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apimachinery/pkg/util/httpstream/wsstream/doc.go
 */
export async function openStreams(options: ConnectOptions, open: OpenStreams): Promise<PodSocket> {
  const config = findConfig(options)
  const apply = config.applyToHTTPSOptions.bind(config)
  config.applyToHTTPSOptions = async (opts) => {
    await apply(opts)
    opts.headers = { ...opts.headers, 'user-agent': options.userAgent ?? 'outrigger' }
    Object.assign(opts, { handshakeTimeout: open.timeoutMs, perMessageDeflate: false, maxPayload: 2 ** 22 })
  }
  try {
    const socket: PodSocket = await new WebSocketHandler(config).connect(open.path, null, (stream, data) => {
      open.onData(stream, data)
      return true
    })
    return socket
  } catch (error) {
    throw refusalOf(error, open.action)
  }
}

/** What `ws` says of a handshake that failed: `Unexpected server response: 403`, or why there is no connection. */
function refusalOf(error: unknown, action: string): KubeError {
  const said = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error)
  const status = Number(/^Unexpected server response: (\d{3})$/.exec(said)?.[1] ?? 0)
  const reason = reasons[status] ?? (status > 0 ? `the API server answered HTTP ${status}` : said)
  return new KubeError(`cannot ${action}: ${reason}`, status)
}

const reasons: Readonly<Record<number, string>> = {
  401: 'the API server does not know who asks',
  403: 'the API server forbids it',
  404: 'there is no such pod',
}
