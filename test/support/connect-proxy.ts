import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A proxy on a free port of 127.0.0.1 that only supports CONNECT. */
export interface ConnectProxy {
  /** The URL of the proxy, without credentials. */
  readonly url: string
  /** `host:port`. */
  readonly address: string
  /** The target of each CONNECT request as `host:port`, including rejected ones. */
  readonly connects: string[]
  /** Rejects all requests with this status. */
  refuseWith: number | undefined
  /** Accepts connections and never responds. */
  silent: boolean
}

export interface ConnectProxyOptions {
  /** Ports of 127.0.0.1 to connect to instead of `host:port`; other addresses are dialled as they are. */
  readonly ports?: Readonly<Record<string, number>>
  /** The required credentials, as `user:password`. */
  readonly credentials?: string
  readonly tls?: { readonly key: string; readonly cert: string }
}

/** Starts a proxy that is stopped when the test ends. */
export async function startConnectProxy(options: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  const { ports = {}, credentials, tls } = options
  const sockets = new Set<Socket>()
  const server = tls === undefined ? http.createServer() : https.createServer(tls)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const proxy: ConnectProxy = {
    url: `${tls === undefined ? 'http' : 'https'}://${address}`,
    address,
    connects: [],
    refuseWith: undefined,
    silent: false,
  }
  const expected = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`
  server.on('connect', ({ url = '', headers }: IncomingMessage, socket: Socket) => {
    proxy.connects.push(url)
    socket.on('error', () => undefined)
    if (proxy.silent) return
    const allowed = expected === undefined || headers['proxy-authorization'] === expected
    const status = proxy.refuseWith ?? (allowed ? 200 : 407)
    if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`)
    const { hostname, port } = new URL(`tcp://${url}`)
    const mapped = ports[url]
    const upstream = mapped === undefined ? connect(Number(port), hostname) : connect(mapped, '127.0.0.1')
    upstream.on('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.pipe(upstream).pipe(socket)
    })
    upstream.on('error', () => socket.destroy())
    socket.on('close', () => upstream.destroy())
    upstream.on('close', () => socket.destroy())
  })
  return proxy
}
