import type { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import { WebSocketHandler } from '@kubernetes/client-node/dist/web-socket-handler.js'
import { KubeError } from './client.ts'
import type { ConnectOptions } from './connect.ts'
import { findConfig } from './kubeconfig.ts'

// Of one message; those of kubelets are far shorter.
const maxBytes = 4 * 2 ** 20

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

/** Opens streams. Rejects with a KubeError. */
export type Streams = (open: OpenStreams) => Promise<PodSocket>

/**
 * Streams of pods' subresources, as the sub-protocol `channel.k8s.io` has them, at the API server that the options name. Throws a
 * ConnectError. Loading this module takes client-node's WebSockets with it.
 * https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apimachinery/pkg/util/httpstream/wsstream/doc.go
 */
export function connectStreams(options: ConnectOptions): Streams {
  const config = findConfig(options)
  return async ({ path, action, timeoutMs, onData }) => {
    // The handler asks for nothing else of what it hands to `ws`.
    const own: KubeConfig = Object.create(config)
    own.applyToHTTPSOptions = async (opts) => {
      await config.applyToHTTPSOptions(opts)
      opts.headers = { ...opts.headers, 'user-agent': options.userAgent ?? 'outrigger' }
      Object.assign(opts, { handshakeTimeout: timeoutMs, perMessageDeflate: false, maxPayload: maxBytes })
    }
    try {
      const socket: PodSocket = await new WebSocketHandler(own).connect(path, null, (stream, data) => {
        onData(stream, data)
        return true
      })
      return socket
    } catch (error) {
      throw refusalOf(error, action)
    }
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
