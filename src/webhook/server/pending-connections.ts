import type { Socket } from 'node:net'

// Clients that open connections for later, as Go clients do, aren't waiting.
const maxPendingMs = 1000

/** Connections that were just opened and have had no request yet. */
export interface PendingConnections {
  /** A connection was opened; the TLS handshake follows. */
  opened(socket: Socket): void
  /** The first request of a connection arrived. */
  requested(socket: Socket): void
  any(): boolean
}

export function watchPendingConnections(now: () => number = () => performance.now()): PendingConnections {
  // By client address, because the TLS socket isn't the one that was opened. In order of arrival.
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
