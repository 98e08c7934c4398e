import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A SOCKS5 proxy on a free port of 127.0.0.1. */
export interface SocksProxy {
  /** `host:port`. */
  readonly address: string
  /** The target of each request, as `host:port`. */
  readonly connects: string[]
}

export interface SocksProxyOptions {
  /** Ports of 127.0.0.1 to connect to instead of `host:port`. */
  readonly ports: Readonly<Record<string, number>>
  /** The required credentials, as `user:password`. */
  readonly credentials: string
}

/**
 * Starts a proxy that resolves names itself and requires a user and a password; it is stopped when the test ends.
 * https://www.rfc-editor.org/rfc/rfc1928 and https://www.rfc-editor.org/rfc/rfc1929
 */
export async function startSocksProxy({ ports, credentials }: SocksProxyOptions): Promise<SocksProxy> {
  const connects: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    // Each step of the handshake arrives in a packet of its own, as the client waits for the response.
    socket.once('data', () => {
      socket.write(Buffer.of(5, 2))
      socket.once('data', (login: Buffer) => {
        const user = login.subarray(2, 2 + (login[1] ?? 0)).toString()
        const password = login.subarray(3 + user.length).toString()
        if (`${user}:${password}` !== credentials) return void socket.end(Buffer.of(1, 1))
        socket.write(Buffer.of(1, 0))
        socket.once('data', (request: Buffer) => {
          const length = request[4] ?? 0
          const host = request[3] === 3 ? request.subarray(5, 5 + length).toString() : 'an address'
          const name = `${host}:${request.readUInt16BE(request.length - 2)}`
          connects.push(name)
          const upstream = connect(ports[name] ?? 0, '127.0.0.1', () => {
            socket.write(Buffer.of(5, 0, 0, 1, 127, 0, 0, 1, 0, 0))
            socket.pipe(upstream).pipe(socket)
          })
          upstream.on('error', () => socket.destroy())
          socket.on('close', () => upstream.destroy())
        })
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, connects }
}
