import type { Socket } from 'node:net'

// Who opens connections for later, as a Go client does, isn't waiting for anything.
const soon = 1000

/** The connections that were just opened, and whose first request hasn't come. */
export interface Newcomers {
  /** A connection was opened; TLS comes next. */
  came(socket: Socket): void
  /** The first request of a connection came. */
  settled(socket: Socket): void
  areSome(): boolean
}

export function watchNewcomers(now: () => number = () => performance.now()): Newcomers {
  // By the client's address: the socket of TLS isn't the one that was opened. In the order of their coming.
  const since = new Map<string, number>()
  return {
    came(socket) {
      const name = nameOf(socket)
      since.set(name, now())
      socket.once('close', () => since.delete(name))
    },
    settled(socket) {
      if (since.size > 0) since.delete(nameOf(socket))
    },
    areSome() {
      for (const [name, time] of since) {
        if (now() - time < soon) return true
        since.delete(name)
      }
      return false
    },
  }
}

function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
