import { connect, createServer, type Socket } from 'node:net'

/** A server behind a balancer. */
export interface Backend {
  readonly port: number
  readonly monitoringPort: number
}

/** Plays kube-proxy: new connections go to backends that are ready, those that are open stay where they are. */
export interface Balancer {
  readonly port: number
  add(backend: Backend): void
  remove(backend: Backend): void
  readonly ready: () => number
  close(): Promise<void>
}

// A kubelet asks each few seconds, and endpoints follow the end of a pod at once: this stands between the two.
const pollMs = 250

export async function startBalancer(): Promise<Balancer> {
  const backends = new Map<Backend, boolean>()
  const sockets = new Set<Socket>()
  let turn = 0

  const poll = async () => {
    await Promise.all(
      [...backends.keys()].map(async (backend) => {
        const ready = await isReady(backend)
        if (backends.has(backend)) backends.set(backend, ready)
      }),
    )
  }
  const next = () => {
    const ready = [...backends].filter(([, isReady]) => isReady)
    turn += 1
    return ready[turn % ready.length]?.[0]
  }

  const server = createServer((client) => {
    const backend = next()
    if (backend === undefined) {
      client.resetAndDestroy()
      return
    }
    const upstream = connect(backend.port, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('close', () => sockets.delete(socket))
    }
    client.on('error', () => upstream.destroy())
    upstream.on('error', () => client.resetAndDestroy())
    client.pipe(upstream).pipe(client)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  let polling = poll()
  const timer = setInterval(() => {
    polling = polling.then(poll)
  }, pollMs)

  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    add: (backend) => void backends.set(backend, false),
    remove: (backend) => void backends.delete(backend),
    ready: () => [...backends.values()].filter(Boolean).length,
    async close() {
      clearInterval(timer)
      await polling
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function isReady({ monitoringPort }: Backend): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${monitoringPort}/healthz/ready`, {
    signal: AbortSignal.timeout(2000),
  }).catch(() => undefined)
  await answer?.body?.cancel()
  return answer?.ok === true
}
