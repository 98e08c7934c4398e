import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A proxy on a free port of 127.0.0.1 that opens tunnels, and nothing else. */
export interface ConnectProxy {
  /** Of 127.0.0.1, without credentials. */
  readonly url: string
  /** `host:port`. */
  readonly address: string
  /** What each CONNECT asked for, as `host:port`; of those that were refused too. */
  readonly connects: string[]
  /** Refuses all with this status. */
  refuseWith: number | undefined
  /** Accepts connections and never responds. */
  silent: boolean
}

export interface ConnectProxyOptions {
  /** Where `host:port` really is on 127.0.0.1; an address that isn't listed is dialled as it is. */
  readonly ports?: Readonly<Record<string, number>>
  /** `user:password` that it asks for. */
  readonly credentials?: string
  readonly tls?: { readonly key: string; readonly cert: string }
}

/** Starts a proxy that is stopped with the test. */
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
  const wanted = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`
  server.on('connect', ({ url = '', headers }: IncomingMessage, socket: Socket) => {
    proxy.connects.push(url)
    socket.on('error', () => undefined)
    if (proxy.silent) return
    const allowed = wanted === undefined || headers['proxy-authorization'] === wanted
    const status = proxy.refuseWith ?? (allowed ? 200 : 407)
    if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`)
    const { hostname, port } = new URL(`tcp://${url}`)
    const mapped = ports[url]
    const behind = mapped === undefined ? connect(Number(port), hostname) : connect(mapped, '127.0.0.1')
    behind.on('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.pipe(behind).pipe(socket)
    })
    behind.on('error', () => socket.destroy())
    socket.on('close', () => behind.destroy())
    behind.on('close', () => socket.destroy())
  })
  return proxy
}
