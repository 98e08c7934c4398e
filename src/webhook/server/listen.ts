import type { Server } from 'node:net'

/** A port that can't be listened on: a sentence for whoever starts the server. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
  /** As the operating system names it: EADDRINUSE, EACCES, ... */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** Where to listen; port 0 takes a free one, and no host all addresses. */
export interface Endpoint {
  readonly host?: string | undefined
  readonly port: number
}

/** Listens and gives the port. Throws a ListenError. */
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
      return `${what} cannot listen: ${where} is in use. See which process has it (ss -ltnp 'sport = :${port}' or lsof -i :${port}), stop that one, or choose another port`
    case 'EACCES':
      return `${what} cannot listen: ${where} is not allowed to this user. Choose a port above 1023`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${what} cannot listen: ${host} is not an address of this machine`
    default:
      return `${what} cannot listen on ${where}: ${error.message}`
  }
}
