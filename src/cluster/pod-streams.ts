import type { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import { WebSocketHandler } from '@kubernetes/client-node/dist/web-socket-handler.js'
import { KubeError } from './client.ts'
import type { ConnectOptions } from './connect.ts'
import { findConfig } from './kubeconfig.ts'

// The limit of one message; kubelets send far shorter ones.
const maxBytes = 4 * 2 ** 20

/** The part of a WebSocket of the package `ws` that is used. */
export interface PodSocket {
  readonly protocol: string
  send(data: Uint8Array): void
  close(): void
  /** Closes it immediately. */
  terminate(): void
  on(event: 'close' | 'error', listener: () => void): unknown
}

export interface OpenStreams {
  /** Of the API server, with its query. */
  readonly path: string
  /** Follows "cannot" in error messages. */
  readonly action: string
  /** The timeout until the API server has opened the streams. */
  readonly timeoutMs: number
  /** Called with each message: the number of the stream, and the content. */
  readonly onData: (stream: number, data: Buffer) => void
}

/** Opens streams. Rejects with a KubeError. */
export type Streams = (open: OpenStreams) => Promise<PodSocket>

/**
 * Streams of pods' subresources with the sub-protocol `channel.k8s.io`, at the API server of the options. Throws a
 * ConnectError. This module imports client-node's WebSockets.
 * https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apimachinery/pkg/util/httpstream/wsstream/doc.go
 */
export function connectStreams(options: ConnectOptions): Streams {
  const config = findConfig(options)
  return async ({ path, action, timeoutMs, onData }) => {
    // The handler uses nothing else of the object that it passes to `ws`.
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

/** Parses the error of a failed handshake: `Unexpected server response: 403`, or why there is no connection. */
function refusalOf(error: unknown, action: string): KubeError {
  const said = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error)
  const status = Number(/^Unexpected server response: (\d{3})$/.exec(said)?.[1] ?? 0)
  const reason = reasons[status] ?? (status > 0 ? `the API server returned HTTP ${status}` : said)
  return new KubeError(`cannot ${action}: ${reason}`, status)
}

const reasons: Readonly<Record<number, string>> = {
  401: 'not authenticated at the API server',
  403: 'forbidden by the API server',
  404: 'pod not found',
}
