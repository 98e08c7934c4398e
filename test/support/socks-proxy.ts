import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A SOCKS5 proxy on a free port of 127.0.0.1. */
export interface SocksProxy {
  /** `host:port`. */
  readonly address: string
  /** What was asked for, as `host:port`. */
  readonly connects: string[]
}

export interface SocksProxyOptions {
  /** Where `host:port` really is on 127.0.0.1. */
  readonly ports: Readonly<Record<string, number>>
  /** `user:password` that it asks for. */
  readonly credentials: string
}

/**
 * Starts a proxy that takes names and asks for a user and a password, until the end of the test.
 * https://www.rfc-editor.org/rfc/rfc1928 and https://www.rfc-editor.org/rfc/rfc1929
 */
export async function startSocksProxy({ ports, credentials }: SocksProxyOptions): Promise<SocksProxy> {
  const connects: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    // Each step of the greeting comes in a packet of its own: the other side waits for the answer.
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
          const behind = connect(ports[name] ?? 0, '127.0.0.1', () => {
            socket.write(Buffer.of(5, 0, 0, 1, 127, 0, 0, 1, 0, 0))
            socket.pipe(behind).pipe(socket)
          })
          behind.on('error', () => socket.destroy())
          socket.on('close', () => behind.destroy())
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
