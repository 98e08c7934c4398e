import { Duplex } from 'node:stream'
import { KubeError } from './client.ts'
import type { ConnectOptions } from './connect.ts'
import { connectStreams, type PodSocket } from './pod-streams.ts'

export interface PodPort {
  readonly namespace: string
  readonly pod: string
  readonly port: number
}

/** Opens a connection to a port of a pod, through the API server and the kubelet. The caller closes it. */
export type PortForward = (target: PodPort, timeoutMs: number) => Promise<Duplex>

// The data and error streams of the first port. Each stream begins with the port number in two bytes.
const streams = { data: 0, error: 1 } as const
const numberLength = 2

/**
 * Connections to pods of the cluster that the options name. Rejects with a KubeError; a later error closes the connection.
 * Requires `get` and `create` on `pods/portforward`.
 */
export function connectPortForward(options: ConnectOptions): PortForward {
  const openStreams = connectStreams(options)
  return async ({ namespace, pod, port }, timeoutMs) => {
    const action = `connect to port ${port} of pod ${namespace}/${pod}`
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/portforward?ports=${port}`
    const rest: [number, number] = [numberLength, numberLength]
    let socket: PodSocket | undefined
    const connection = new Duplex({
      read: () => {},
      write(chunk: Buffer, _encoding, done) {
        socket?.send(Buffer.concat([Buffer.of(streams.data), chunk]))
        done()
      },
      destroy(error, done) {
        socket?.terminate()
        done(error)
      },
    })
    const onData = (stream: number, data: Buffer) => {
      if (stream !== streams.data && stream !== streams.error) return
      const skipped = Math.min(rest[stream], data.length)
      rest[stream] -= skipped
      const content = data.subarray(skipped)
      if (content.length === 0) return
      if (stream === streams.data) connection.push(content)
      else connection.destroy(new KubeError(`cannot ${action}: ${content.toString().trim()}`, 0))
    }
    // May arrive before there is a listener.
    connection.on('error', () => {})
    socket = await openStreams({ path, action, timeoutMs, onData })
    const broken = () => void (connection.destroyed || connection.push(null))
    socket.on('close', broken)
    socket.on('error', broken)
    if (connection.errored !== null) throw connection.errored
    return connection
  }
}
