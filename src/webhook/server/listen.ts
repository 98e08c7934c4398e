import type { Server } from 'node:net'

/** Listening on a port failed. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
  /** The error code of the operating system: EADDRINUSE, EACCES, ... */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** Where to listen; port 0 picks a free one, no host means all addresses. */
export interface Endpoint {
  readonly host?: string | undefined
  readonly port: number
}

/** Listens and returns the port. Throws a ListenError. */
export function listen(server: Server, { host, port }: Endpoint, what: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) =>
      reject(new ListenError(error.code ?? '', sentence(error, host, port, what)))
    server.once('error', fail)
    server.listen({ port, host: host || undefined }, () => {
      server.removeListener('error', fail)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

function sentence(error: NodeJS.ErrnoException, host: string | undefined, port: number, what: string): string {
  const where = host ? `port ${port} of ${host}` : `port ${port}`
  switch (error.code) {
    case 'EADDRINUSE':
      return `${what} cannot listen: ${where} is in use. Find the process that uses it (ss -ltnp 'sport = :${port}' or lsof -i :${port}) and stop it, or choose another port`
    case 'EACCES':
      return `${what} cannot listen: ${where} is not allowed for this user. Choose a port above 1023`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${what} cannot listen: ${host} is not an address of this machine`
    default:
      return `${what} cannot listen on ${where}: ${error.message}`
  }
}
