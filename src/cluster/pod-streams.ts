import { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import { WebSocketHandler } from '@kubernetes/client-node/dist/web-socket-handler.js'
import { KubeError } from './client.ts'
import { accessTo, type ConnectOptions } from './connect.ts'
import type { Credentials } from './credentials.ts'
import { connectionFailure } from './reason.ts'
import { type Access, currentCredentials } from './transport.ts'

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
  const { access } = accessTo(options)
  return async (open) => {
    const first = await currentCredentials(access)
    try {
      return await attempt(access, first, open)
    } catch (error) {
      const refusal = refusalOf(error, open.action)
      if (refusal.status !== 401 || first.discard === undefined) throw refusal
    }
    first.discard()
    return attempt(access, await currentCredentials(access), open).catch((error: unknown) => {
      throw refusalOf(error, open.action)
    })
  }
}

function attempt(
  access: Access,
  credentials: Credentials,
  { path, timeoutMs, onData }: OpenStreams,
): Promise<PodSocket> {
  const config = new KubeConfig()
  const cluster = { name: 'c', server: access.server.replace(/\/$/, ''), skipTLSVerify: false }
  config.loadFromClusterAndUser(cluster, { name: 'u' })
  // The handler uses nothing of it but the server and the object that it passes to `ws`.
  config.applyToHTTPSOptions = async (options) => {
    const headers = { ...credentials.options.headers, 'user-agent': access.userAgent }
    Object.assign(options, credentials.options, { headers, handshakeTimeout: timeoutMs })
    Object.assign(options, { perMessageDeflate: false, maxPayload: maxBytes })
  }
  return new WebSocketHandler(config).connect(path, null, (stream, data) => {
    onData(stream, data)
    return true
  })
}

/** Parses the error of a failed handshake: `Unexpected server response: 403`, or why there is no connection. */
function refusalOf(event: unknown, action: string): KubeError {
  // An event of `ws` has the error in it.
  const said = connectionFailure(typeof event === 'object' && event !== null && 'error' in event ? event.error : event)
  const status = Number(/^Unexpected server response: (\d{3})$/.exec(said)?.[1] ?? 0)
  const reason = reasons[status] ?? (status > 0 ? `the API server returned HTTP ${status}` : said)
  return new KubeError(`cannot ${action}: ${reason}`, status)
}

const reasons: Readonly<Record<number, string>> = {
  401: 'not authenticated at the API server',
  403: 'forbidden by the API server',
  404: 'pod not found',
}
