import type { Socket } from 'node:net'

// Who opens connections for later, as a Go client does, isn't waiting for anything.
const maxPendingMs = 1000

/** The connections that were just opened, and whose first request hasn't come. */
export interface PendingConnections {
  /** A connection was opened; TLS comes next. */
  opened(socket: Socket): void
  /** The first request of a connection came. */
  requested(socket: Socket): void
  any(): boolean
}

export function watchPendingConnections(now: () => number = () => performance.now()): PendingConnections {
  // By the client's address: the socket of TLS isn't the one that was opened. In the order of their coming.
  const since = new Map<string, number>()
  return {
    opened(socket) {
      const name = nameOf(socket)
      since.set(name, now())
      socket.once('close', () => since.delete(name))
    },
    requested(socket) {
      if (since.size > 0) since.delete(nameOf(socket))
    },
    any() {
      for (const [name, time] of since) {
        if (now() - time < maxPendingMs) return true
        since.delete(name)
      }
      return false
    },
  }
}

function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
